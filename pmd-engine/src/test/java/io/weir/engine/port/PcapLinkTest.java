package io.weir.engine.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.engine.testing.Corpus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PcapLinkTest {
    private final MemoryBed bed = new MemoryBed();
    private final FrameBatch batch = new FrameBatch(64);
    private final PcapLink link = new PcapLink(bed.port(0), bed.pool());

    @AfterEach
    void close() {
        bed.close();
    }

    private static byte[] file(List<byte[]> frames, int times) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapWriter writer = new PcapWriter(out)) {
            for (int n = 0; n < times; n++) {
                for (byte[] frame : frames) {
                    writer.write(7, frame);
                }
            }
        }
        return out.toByteArray();
    }

    private static PcapReader reader(byte[] file) throws IOException {
        return new PcapReader(new ByteArrayInputStream(file), "in.pcap");
    }

    @Test
    void shouldRecordWhatItFedWhenThePortReflects() throws IOException {
        byte[] input = file(List.copyOf(Corpus.frames().values()), 50); // more than fit into the ring at once
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int free = bed.pool().available();
        int recorded = 0;
        try (PcapReader from = reader(input);
                PcapWriter to = new PcapWriter(output)) {
            while (link.feed(from) > 0) {
                while (bed.port(0).receive(batch) > 0) {
                    for (int i = 0; i < batch.size; i++) {
                        bed.port(0).send(batch.address[i], batch.length[i]);
                    }
                    batch.clear();
                    bed.port(0).flush();
                    recorded += link.record(to, 7);
                }
            }
        }
        assertEquals(Corpus.frames().size() * 50, recorded);
        assertArrayEquals(input, output.toByteArray());
        assertEquals(free, bed.pool().available());
    }

    @Test
    void shouldRefuseAFrameThatWasNotCapturedWhole() throws IOException {
        byte[] input = file(List.of(new byte[60]), 1);
        ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).putInt(24 + 12, 1514);
        String message =
                assertThrows(IOException.class, () -> link.feed(reader(input))).getMessage();
        assertEquals(
                "a frame of 1514 bytes of which 60 were captured; whole frames of at most 1792 can be sent", message);
    }
}
