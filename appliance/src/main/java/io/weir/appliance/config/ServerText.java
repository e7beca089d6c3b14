package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Tunnel;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.RealServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A server's value before it is known which port its service has. */
record ServerText(
        IpAddress address,
        OptionalInt port,
        int weight,
        int max,
        int min,
        Optional<String> host,
        Optional<String> switchPort,
        Optional<MacAddress> mac,
        Optional<Tunnel> tunnel,
        OptionalInt vni) {
    private static final List<String> OPTIONS = List.of("weight", "max", "min", "host", "port", "mac", "tunnel", "vni");
    private static final String RIGHT =
            "ADDRESS:PORT [weight=1] [max=N] [min=N] [host=HYPERVISOR] [port=DEVICE] [mac=MAC] [tunnel=ipip|gre|gue|vxlan] [vni=N] is right";

    static ServerText parse(String text) {
        final String[] words = text.strip().split("\\s+");
        final Map<String, String> options = new HashMap<>();
        for (int i = 1; i < words.length; i++) {
            final int equals = words[i].indexOf('=');
            final String name = equals < 0 ? words[i] : words[i].substring(0, equals);
            if (equals < 0 || !OPTIONS.contains(name)) {
                throw new IllegalArgumentException("'" + words[i] + "' is not known here"
                        + EditDistance.nearest(name, OPTIONS)
                                .map(n -> ", did you mean " + n + "=?")
                                .orElse("")
                        + "; " + RIGHT);
            }
            if (options.put(name, words[i].substring(equals + 1)) != null) {
                throw new IllegalArgumentException(name + " is given twice; once is right");
            }
        }
        final boolean bare = words[0].startsWith("[") ? words[0].endsWith("]") : words[0].indexOf(':') < 0;
        final Endpoint endpoint = endpoint(words[0], bare);
        Values.hostAddress(endpoint.address().toString());
        final int max = number(options, "max", 0, Integer.MAX_VALUE);
        final int min = number(options, "min", 0, Integer.MAX_VALUE);
        if (min > max) {
            throw new IllegalArgumentException("min=" + min + " is greater than " + (max == 0 ? "no max" : "max=" + max)
                    + "; min below max is right");
        }
        return new ServerText(
                endpoint.address(),
                bare ? OptionalInt.empty() : OptionalInt.of(endpoint.port()),
                number(options, "weight", 1, RealServer.MAX_WEIGHT),
                max,
                min,
                Optional.ofNullable(options.get("host")),
                Optional.ofNullable(options.get("port"))
                        .map(Values.matching(Keys.DEVICE, "port= with a device's name")),
                Optional.ofNullable(options.get("mac")).map(MacAddress::parse),
                Optional.ofNullable(options.get("tunnel")).map(Values.oneOf(Tunnel.class)),
                options.containsKey("vni")
                        ? OptionalInt.of(number(options, "vni", 0, TunnelKeys.GREATEST_VNI))
                        : OptionalInt.empty());
    }

    private static Endpoint endpoint(String word, boolean bare) {
        try {
            if (!bare) {
                return Endpoint.parse(word);
            }
            final boolean bracketed = word.startsWith("[") && word.endsWith("]");
            return new Endpoint(IpAddress.parse(bracketed ? word.substring(1, word.length() - 1) : word), 0);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; " + RIGHT, e);
        }
    }

    private static int number(Map<String, String> options, String name, int otherwise, int max) {
        final String text = options.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Math.toIntExact(Values.size(0, max).apply(text));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "=" + text + ": " + e.getMessage(), e);
        }
    }
}
