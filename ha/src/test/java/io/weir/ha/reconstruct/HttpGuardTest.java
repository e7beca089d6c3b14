package io.weir.ha.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.testing.ExactMemory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpGuardTest {
    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1|Host: a||, true",
        "GET / HTTP/1.0|, true",
        "OPTIONS * HTTP/1.1|, true",
        "M-SEARCH * HTTP/1.1|, true",
        "POST /a/b?c=d HTTP/1.1|Content-Length: 3||xyz, true",
        "GET /a/target/that/goes/on, true",
        "GET /, true",
        "PRI * HTTP/2.0||SM||, false",
        "GET / HTTP/11|, false",
        "GET / HTTP/1.|, false",
        "GET HTTP/1.1|, false",
        "GET  HTTP/1.1|, false",
        "GET|, false",
        "GET, false",
        "GET%, false",
        "get / HTTP/1.1|, false",
        "HTTP/1.1 200 OK|, false",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1|, false",
        "/ HTTP/1.1|, false",
        "GET /~, false",
        "<html>, false",
        "SSH-2.0-OpenSSH|, false"
    })
    void shouldTellARequestFromTheMiddleOfSomething(String text, boolean request) {
        byte[] bytes = text.replace("|", "\r\n")
                .replace('%', ' ')
                .replace('~', (char) 7)
                .getBytes(StandardCharsets.US_ASCII);
        try (ExactMemory memory = new ExactMemory(bytes.length)) {
            assertEquals(request, HttpGuard.beginsRequest(memory.put(bytes, bytes.length), bytes.length));
        }
    }
}
