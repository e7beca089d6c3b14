package io.weir.engine.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.FrameBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PcapFileTest {
    private static final byte[] BYTES = FrameBuilder.pattern(60);

    @TempDir
    private Path directory;

    /** A file with one frame, the way another machine may have written it. */
    private static byte[] file(ByteOrder order, int magic, int seconds, int fraction) {
        return ByteBuffer.allocate(24 + 16 + BYTES.length)
                .order(order)
                .putInt(magic)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65535)
                .putInt(1)
                .putInt(seconds)
                .putInt(fraction)
                .putInt(BYTES.length)
                .putInt(1514)
                .put(BYTES)
                .array();
    }

    private static byte[] file() {
        return file(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, 1, 2);
    }

    private static List<PcapFile.Frame> read(byte[] file) throws IOException {
        List<PcapFile.Frame> frames = new ArrayList<>();
        try (PcapReader reader = new PcapReader(new ByteArrayInputStream(file), "x.pcap")) {
            for (PcapFile.Frame frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame);
            }
            assertNull(reader.next());
        }
        return frames;
    }

    private static String complaint(byte[] file) {
        return assertThrows(IOException.class, () -> read(file)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "true, -1582119980, 123456, 123456000",
        "false, -1582119980, 123456, 123456000",
        "true, -1582154675, 123456789, 123456789",
        "false, -1582154675, 123456789, 123456789"
    })
    void shouldReadEitherByteOrderAndUnitOfTime(boolean big, int magic, int fraction, long nanos) throws IOException {
        ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        List<PcapFile.Frame> frames = read(file(order, magic, -2, fraction)); // seconds are unsigned: until 2106
        assertEquals(1, frames.size());
        assertEquals(0xffff_fffeL * 1_000_000_000L + nanos, frames.getFirst().timeNs());
        assertArrayEquals(BYTES, frames.getFirst().bytes());
        assertEquals(1514, frames.getFirst().originalLength());
        assertFalse(frames.getFirst().isWhole());
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        Path file = directory.resolve("corpus.pcap");
        List<byte[]> frames = List.copyOf(Corpus.frames().values());
        try (PcapWriter writer = PcapWriter.create(file)) {
            for (int i = 0; i < frames.size(); i++) {
                writer.write(1_700_000_000_123_456_789L + i, frames.get(i));
            }
        }
        try (PcapReader reader = PcapReader.open(file)) {
            for (int i = 0; i < frames.size(); i++) {
                PcapFile.Frame frame = reader.next();
                assertEquals(1_700_000_000_123_456_789L + i, frame.timeNs());
                assertArrayEquals(frames.get(i), frame.bytes());
                assertTrue(frame.isWhole());
            }
            assertNull(reader.next());
        }
    }

    @Test
    void shouldSayWhereAFileIsCutOff() {
        byte[] file = file();
        assertEquals(
                "x.pcap: offset 0: 23 bytes are too few for the file header of 24", complaint(Arrays.copyOf(file, 23)));
        assertEquals(
                "x.pcap: offset 24: the file ends 15 bytes into a record header of 16",
                complaint(Arrays.copyOf(file, 39)));
        assertEquals(
                "x.pcap: offset 40: the file ends 59 bytes into a frame of 60", complaint(Arrays.copyOf(file, 99)));
    }

    @Test
    void shouldSayWhichFieldIsWrong() {
        byte[] text = file();
        text[0] = 'x';
        assertEquals("x.pcap: offset 0: magic number 78c3b2a1 is not pcap's a1b2c3d4 or a1b23c4d", complaint(text));
        byte[] next = file();
        ByteBuffer.wrap(next).putInt(0x0a0d0d0a);
        assertEquals("x.pcap: offset 0: this is a pcapng file; editcap -F pcap converts it", complaint(next));
        byte[] version = file();
        version[4] = 1;
        assertEquals("x.pcap: offset 4: version 1.4; 2.4 would be right", complaint(version));
        byte[] link = file();
        link[20] = 113;
        assertEquals("x.pcap: offset 20: link type 113; only Ethernet's 1 is known", complaint(link));
        byte[] length = file();
        length[35] = (byte) 0x80;
        assertEquals("x.pcap: offset 32: captured length 2147483708; at most 262144 would be right", complaint(length));
    }

    @Test
    void shouldNameTheFileWhenItCannotBeRead() {
        Path missing = directory.resolve("missing.pcap");
        String message =
                assertThrows(IOException.class, () -> PcapReader.open(missing)).getMessage();
        assertTrue(message.contains("missing.pcap"), message);
    }

    @Test
    void shouldHoldNoFrameWhenOnlyTheHeaderIsThere() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PcapWriter(out).close();
        assertEquals(List.of(), read(out.toByteArray()));
    }
}
