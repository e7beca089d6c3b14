package io.weir.appliance.health;

import io.netty.channel.ConnectTimeoutException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Says in a few words why a socket failed, whichever transport it is of. */
final class Failures {
    /** What the kernel says (strerror), in the words that are kept. */
    private static final List<String> KNOWN = List.of(
            "connection refused",
            "no route to host",
            "network is unreachable",
            "host is down",
            "connection reset",
            "permission denied",
            "cannot assign requested address",
            "too many open files");

    private Failures() {}

    static String text(Throwable cause, Duration timeout) {
        return switch (cause) {
            case ConnectTimeoutException e -> silence(timeout);
            case PortUnreachableException e -> "port unreachable";
            case NoRouteToHostException e -> "no route to host";
            default -> {
                String message = String.valueOf(cause.getMessage());
                String lower = message.toLowerCase(Locale.ROOT);
                yield KNOWN.stream().filter(lower::contains).findFirst().orElse(message);
            }
        };
    }

    static String silence(Duration timeout) {
        return "no answer within " + timeout.toMillis() + " ms";
    }
}
