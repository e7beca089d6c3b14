package io.weir.appliance.config;

import io.weir.scheduler.IpAddress;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Readers of values. Each throws an {@link IllegalArgumentException} whose message says what would be right. */
final class Values {
    private static final Pattern TIME = Pattern.compile("(\\d{1,12})\\s*(us|ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*([kmgKMG]?)");
    private static final Pattern CORES = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

    private Values() {}

    static Function<String, Integer> integer(int min, int max) {
        return text -> {
            if (!text.matches("-?\\d{1,9}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
                throw new IllegalArgumentException("a number from " + min + " to " + max + " is right");
            }
            return Integer.parseInt(text);
        };
    }

    static Function<String, Long> unsigned(long min, long max) {
        return text -> {
            if (!text.matches("\\d{1,10}") || Long.parseLong(text) < min || Long.parseLong(text) > max) {
                throw new IllegalArgumentException("a number from " + min + " to " + max + " is right");
            }
            return Long.parseLong(text);
        };
    }

    static Function<String, Integer> powerOfTwo(int min, int max) {
        return text -> {
            final String right = "a power of two from " + min + " to " + max + " is right";
            final long value;
            try {
                value = size(0, Integer.MAX_VALUE).apply(text);
            } catch (final IllegalArgumentException e) {
                throw new IllegalArgumentException(right, e);
            }
            if (value < min || value > max || Long.bitCount(value) != 1) {
                final long next = Math.clamp(Long.highestOneBit(Math.max(value, 1)), min, max);
                throw new IllegalArgumentException(right + ", for instance " + next);
            }
            return (int) value;
        };
    }

    /** Numbers with k, m or g for 2¹⁰, 2²⁰ or 2³⁰. */
    static Function<String, Long> size(long min, long max) {
        return text -> {
            final Matcher matcher = SIZE.matcher(text);
            if (matcher.matches()) {
                final int shift = "kmg".indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) * 10 + 10;
                final BigInteger value = new BigInteger(matcher.group(1))
                        .shiftLeft(matcher.group(2).isEmpty() ? 0 : shift);
                if (value.bitLength() < 63 && value.longValue() >= min && value.longValue() <= max) {
                    return value.longValue();
                }
            }
            throw new IllegalArgumentException(
                    "a number from " + min + " to " + max + " is right, with k, m or g if you like, for instance 64k");
        };
    }

    static Function<String, Duration> time(Duration min, Duration max) {
        return text -> {
            final Matcher matcher = TIME.matcher(text);
            if (matcher.matches() || text.equals("0")) {
                final Duration value =
                        text.equals("0") ? Duration.ZERO : duration(Long.parseLong(matcher.group(1)), matcher.group(2));
                if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a time from " + text(min) + " to " + text(max)
                    + " with its unit (us, ms, s, m or h) is right, for instance " + text(min.isZero() ? max : min));
        };
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "us" -> Duration.ofNanos(amount * 1000);
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** Writes a time as the file would have it. */
    static String text(Duration time) {
        final long us = time.toNanos() / 1000;
        if (us == 0) {
            return "0s";
        }
        if (us % 3_600_000_000L == 0) {
            return us / 3_600_000_000L + "h";
        }
        if (us % 60_000_000 == 0) {
            return us / 60_000_000 + "m";
        }
        if (us % 1_000_000 == 0) {
            return us / 1_000_000 + "s";
        }
        return us % 1000 == 0 ? us / 1000 + "ms" : us + "us";
    }

    static <E extends Enum<E>> Function<String, E> oneOf(Class<E> type) {
        final E[] constants = type.getEnumConstants();
        return text -> {
            for (final E constant : constants) {
                if (name(constant).equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("one of " + names(constants) + " is right" + nearest(text, constants));
        };
    }

    private static <E extends Enum<E>> String nearest(String text, E[] constants) {
        return EditDistance.nearest(
                        text, Arrays.stream(constants).map(Values::name).toList())
                .map(n -> "; did you mean " + n + "?")
                .orElse("");
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> String names(E[] constants) {
        return Arrays.stream(constants).map(Values::name).collect(Collectors.joining(", "));
    }

    static boolean bool(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false is right");
        }
        return text.equals("true");
    }

    static Function<String, String> matching(String regex, String right) {
        final Pattern pattern = Pattern.compile(regex);
        return text -> {
            if (!pattern.matcher(text).matches()) {
                throw new IllegalArgumentException(right + " is right");
            }
            return text;
        };
    }

    /** Reads {@code 2,3,6-9}; ascending. */
    static List<Integer> cores(String text) {
        final String right = "a list of processors such as 2,3,6-9 is right";
        final Set<Integer> cores = new TreeSet<>();
        for (final String part : text.split(",", -1)) {
            final Matcher matcher = CORES.matcher(part.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(right);
            }
            final int from = Integer.parseInt(matcher.group(1));
            final int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
            if (from > to || to > 8191) {
                throw new IllegalArgumentException(right);
            }
            for (int core = from; core <= to; core++) {
                if (!cores.add(core)) {
                    throw new IllegalArgumentException("processor " + core + " is in the list twice; once is right");
                }
            }
        }
        return List.copyOf(cores);
    }

    /** Reads a list separated by commas or blanks, each element once. */
    static <T> Function<String, List<T>> list(Function<String, T> element) {
        return text -> {
            final Set<T> elements = new LinkedHashSet<>();
            for (final String part : text.strip().split("\\s*[,\\s]\\s*")) {
                if (!elements.add(element.apply(part))) {
                    throw new IllegalArgumentException(part + " is in the list twice; once is right");
                }
            }
            return List.copyOf(elements);
        };
    }

    /** Reads the address of a host. */
    static IpAddress hostAddress(String text) {
        final IpAddress address = IpAddress.parse(text);
        if (address.isUnspecified() || address.isMulticast() || address.isLoopback()) {
            throw new IllegalArgumentException("'" + text + "' is not the address of a host on a network");
        }
        return address;
    }

    static Path absolutePath(String text) {
        final Path path = Path.of(text);
        if (!path.isAbsolute() || text.endsWith("/")) {
            throw new IllegalArgumentException("the absolute path of a file is right");
        }
        return path;
    }
}
