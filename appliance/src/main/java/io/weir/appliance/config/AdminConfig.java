package io.weir.appliance.config;

import io.weir.scheduler.Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The admin API: the keys {@code admin.…}.
 *
 * @param listen where it listens
 * @param token what a client must present
 */
public record AdminConfig(Listen listen, Optional<String> token) {
    /** Where the admin API listens. */
    public sealed interface Listen {
        /** Bytes of {@code sun_path}, without the zero at its end ({@code linux/un.h}). */
        int LONGEST_PATH = 107;

        /**
         * A TCP port.
         *
         * @param endpoint address and port
         */
        record Tcp(Endpoint endpoint) implements Listen {
            @Override
            public String toString() {
                return endpoint.toString();
            }
        }

        /**
         * A Unix domain socket.
         *
         * @param path its absolute path
         */
        record Unix(Path path) implements Listen {
            @Override
            public String toString() {
                return "unix:" + path;
            }
        }

        /**
         * Reads {@code ADDRESS:PORT} or {@code unix:/path}.
         *
         * @param text as in the file
         * @return where to listen
         * @throws IllegalArgumentException if it is neither; the message says what is right
         */
        static Listen parse(String text) {
            if (text.startsWith("unix:")) {
                if (!text.startsWith("unix:/")) {
                    throw new IllegalArgumentException("unix: with an absolute path is right");
                }
                final int length = text.substring("unix:".length()).getBytes(StandardCharsets.UTF_8).length;
                if (length > LONGEST_PATH) {
                    throw new IllegalArgumentException("a path of " + length
                            + " bytes is too long for a socket; at most " + LONGEST_PATH + " are right");
                }
                return new Unix(Path.of(text.substring("unix:".length())));
            }
            try {
                return new Tcp(Endpoint.parse(text));
            } catch (final IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + "; ADDRESS:PORT or unix:/path is right", e);
            }
        }
    }

    /** Does not show the token. */
    @Override
    public String toString() {
        return "AdminConfig[listen=" + listen + ", token=" + (token.isPresent() ? "set" : "none") + "]";
    }
}
