package io.weir.perf.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyRecorderTest {
    @Test
    void shouldCountTheWaitBeforeSendingWhenCorrected(@TempDir Path directory) throws IOException {
        LatencyRecorder recorder = new LatencyRecorder();
        for (int i = 0; i < 100; i++) {
            recorder.record(10_000, i * 1_000_000L); // sent later and later, answered at once
        }
        Latency latency = Latency.empty();
        recorder.addTo(latency.raw(), latency.corrected());
        assertEquals(100, latency.count());
        assertEquals(10_000, latency.raw().getMaxValue(), 10);
        assertEquals(99_010_000, latency.corrected().getMaxValue(), 100_000);
        Path file = directory.resolve("latency.hgrm");
        latency.write(file);
        String text = Files.readString(file);
        assertTrue(text.contains("Percentile") && text.contains("99024"), text);
        recorder.clear();
        Latency after = Latency.empty();
        recorder.addTo(after.raw(), after.corrected());
        assertEquals(0, after.count());
    }

    @Test
    void shouldCountByServer() {
        AddressCounts counts = new AddressCounts();
        for (int i = 0; i < 3000; i++) {
            counts.add(0, 0xffff_0a00_0001L + i % 1500, 80);
        }
        var map = new java.util.TreeMap<String, Long>();
        counts.addTo(map);
        assertEquals(AddressCounts.CAPACITY + 1, map.size());
        assertEquals(2, map.get("10.0.0.1:80"));
        assertEquals(2 * (1500 - AddressCounts.CAPACITY), map.get("other"));
        assertEquals(3000, map.values().stream().mapToLong(Long::longValue).sum());
    }
}
