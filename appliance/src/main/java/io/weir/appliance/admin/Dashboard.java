package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * The page at {@code /}: one file with its script and style, which asks the API for JSON every second. A browser runs that
 * script alone, loads nothing from elsewhere and sends nothing to anybody else.
 */
final class Dashboard {
    private static final Reply PAGE = load();

    private Dashboard() {}

    static Reply page() {
        return PAGE;
    }

    private static Reply load() {
        try (InputStream in = Dashboard.class.getResourceAsStream("dashboard.html")) {
            byte[] page = in.readAllBytes();
            String text = new String(page, UTF_8);
            String policy =
                    "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
                            + "frame-ancestors 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'"
                                    .formatted(
                                            hash(between(text, "<script>", "</script>")),
                                            hash(between(text, "<style>", "</style>")));
            return new Reply(
                    200,
                    "text/html; charset=utf-8",
                    page,
                    Map.of("Content-Security-Policy", policy, "Referrer-Policy", "no-referrer"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static String hash(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
