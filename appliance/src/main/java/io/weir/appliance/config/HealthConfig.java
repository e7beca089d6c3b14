package io.weir.appliance.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a service's servers are checked.
 *
 * @param check what is asked
 * @param interval between two checks of a server
 * @param timeout after which a check has failed
 * @param rise so many successes make a server usable
 * @param fall so many failures make it unusable
 */
public record HealthConfig(Check check, Duration interval, Duration timeout, int rise, int fall) {
    /** What a health check asks a server. */
    public sealed interface Check {
        /** Nothing: servers count as usable. */
        record None() implements Check {
            @Override
            public String toString() {
                return "none";
            }
        }

        /** A TCP connection. */
        record Tcp() implements Check {
            @Override
            public String toString() {
                return "tcp";
            }
        }

        /** A datagram that no ICMP port unreachable answers. */
        record Udp() implements Check {
            @Override
            public String toString() {
                return "udp";
            }
        }

        /**
         * An HTTP request.
         *
         * @param path what is asked for
         * @param status the status that is healthy
         */
        record Http(String path, int status) implements Check {
            @Override
            public String toString() {
                return "http GET " + path + " status=" + status;
            }
        }

        /**
         * Reads a check.
         *
         * @param text as in the file
         * @return the check
         * @throws IllegalArgumentException if it is none; the message says what is right
         */
        static Check parse(String text) {
            final Matcher http = HTTP.matcher(text);
            if (http.matches()) {
                return new Http(http.group(1), http.group(2) == null ? 200 : Integer.parseInt(http.group(2)));
            }
            return switch (text) {
                case "none" -> new None();
                case "tcp" -> new Tcp();
                case "udp" -> new Udp();
                default -> throw new IllegalArgumentException("none, tcp, udp or http GET /path [status=200] is right");
            };
        }
    }

    private static final Pattern HTTP = Pattern.compile("http\\s+GET\\s+(/\\S*)(?:\\s+status=([1-5]\\d\\d))?");
}
