package io.weir.engine.port;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Any bytes as a capture file: frames or an {@link IOException} that names the file, nothing else. */
class PcapFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void shouldReadFramesOrComplain(byte[] file) {
        int left = file.length;
        try (PcapReader reader = new PcapReader(new ByteArrayInputStream(file), "fuzz.pcap")) {
            for (PcapFile.Frame frame = reader.next(); frame != null; frame = reader.next()) {
                left -= PcapFile.RECORD_HEADER + frame.bytes().length;
            }
        } catch (IOException e) {
            if (!e.getMessage().startsWith("fuzz.pcap: offset ")) {
                throw new AssertionError(e);
            }
        }
        if (left < 0) {
            throw new AssertionError("more frames than bytes");
        }
    }
}
