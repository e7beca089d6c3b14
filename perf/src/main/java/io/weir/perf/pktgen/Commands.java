package io.weir.perf.pktgen;

import io.weir.appliance.cli.ExitCode;
import io.weir.bindings.Errno;
import io.weir.bindings.NativeException;
import io.weir.engine.port.Driver;
import io.weir.perf.traffic.FrameTemplate;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.SizeMix;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What the commands share: reading values, and ending with the right status. */
final class Commands {
    private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private Commands() {}

    static long mac(String text) {
        if (!MAC.matcher(text).matches()) {
            throw new TypeConversionException(
                    "\"%s\"; six numbers such as 02:00:00:00:00:01 would be right".formatted(text));
        }
        long mac = 0;
        for (String part : text.split(":")) {
            mac = mac << 8 | Integer.parseInt(part, 16);
        }
        return mac;
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "\"%s\"; a time such as 500ms, 10s, 1m or 1h would be right".formatted(text));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    static Driver portDriver(String text) {
        try {
            return Driver.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"%s\"; auto, af_xdp or af_packet would be right".formatted(text), e);
        }
    }

    /** The shortest frames that carry something. */
    static SizeMix shortest(boolean v4, Protocol protocol) {
        return SizeMix.of(Math.max(SizeMix.MIN, FrameTemplate.headers(v4, protocol) + SizeMix.FCS + 1));
    }

    static ParameterException usage(CommandSpec spec, RuntimeException e) {
        return new ParameterException(spec.commandLine(), e.getMessage(), e);
    }

    /** Says what is missing, or what failed. Returns the exit status. */
    static int machineLacks(CommandSpec spec, RuntimeException e) {
        spec.commandLine().getErr().println("weir: " + e.getMessage());
        boolean failed = e instanceof NativeException call && call.errno() == Errno.EINTR;
        return failed ? ExitCode.FAILED : ExitCode.MACHINE;
    }
}
