package io.weir.perf.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What wrk 4.1 prints with the script. */
final class WrkResultTest {
    private static final String OUTPUT = """
            Running 2s test @ http://202.103.106.5:80/
              1 threads and 64 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     1.36ms  376.46us   9.39ms   94.94%
                Req/Sec    47.31k     3.28k   51.31k    75.00%
              94312 requests in 2.00s, 26.26MB read
            Requests/sec:  47071.98
            Transfer/sec:     13.11MB
            weir duration 2003569.000
            weir requests 94312.000
            weir bytes 27539104.000
            weir errors 3.000
            weir p50.0 1301.000
            weir p99.0 2464.000
            weir p99.9 5120.500
            """;

    @Test
    void shouldReadWhatTheScriptPrints() {
        WrkResult result = WrkResult.parse(OUTPUT);
        assertEquals(2.003569, result.seconds(), 1e-9);
        assertEquals(94312, result.requests());
        assertEquals(47071.98, result.rate(), 0.1);
        assertEquals(27539104, result.bytes());
        assertEquals(3, result.errors());
        assertEquals(1301, result.micros(50));
        assertEquals(5120.5, result.micros(99.9));
        assertTrue(Double.isNaN(result.micros(95)), "not asked for");
        assertEquals(3, result.percentiles().size());
    }

    @Test
    void shouldShowWhatWrkSaidWhenItDidNotFinish() {
        String said = "unable to connect to 202.103.106.5:80 Connection refused";
        String message = assertThrows(IllegalArgumentException.class, () -> WrkResult.parse(said))
                .getMessage();
        assertTrue(message.contains(said), message);
    }

    @Test
    void shouldAskForClosedConnectionsOnlyWhenWanted() {
        assertTrue(WrkResult.script(true).startsWith("wrk.headers[\"Connection\"] = \"close\"\n"));
        assertTrue(WrkResult.script(false).startsWith("done = function"));
        assertTrue(WrkResult.script(false).contains("say(\"p99.9\", latency:percentile(99.9))"));
    }
}
