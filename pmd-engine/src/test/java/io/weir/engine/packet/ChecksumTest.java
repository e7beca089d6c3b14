package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.engine.testing.ExactMemory;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sums;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {
    private final ExactMemory memory = new ExactMemory(2048);

    @AfterEach
    void release() {
        memory.close();
    }

    /** What {@link Checksum} says about bytes, as a value in network order. */
    private int checksum(byte[] bytes) {
        long address = memory.put(bytes, bytes.length);
        return Short.toUnsignedInt(Short.reverseBytes((short) Checksum.finish(Checksum.sum(address, bytes.length, 0))));
    }

    @Test
    void shouldComputeTheWorkedExampleOfRfc1071() {
        assertEquals(~0xddf2 & 0xffff, checksum(HexFormat.of().parseHex("0001f203f4f5f6f7")));
    }

    @Test
    void shouldComputeTheWorkedExampleOfRfc1624() {
        assertEquals(0x0000, Checksum.apply(0xdd2f, Checksum.delta16(0x5555, 0x3285)));
    }

    @Test
    void shouldEqualThePlainSumWhenLengthIsAny() {
        SplittableRandom random = Seeded.random("ChecksumTest.length");
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertEquals(Sums.checksum(bytes, 0, length), checksum(bytes), "length " + length);
        }
    }

    @Test
    void shouldEqualThePlainSumWhenEveryBitIsSet() {
        byte[] bytes = new byte[2048];
        Arrays.fill(bytes, (byte) 0xff);
        assertEquals(Sums.checksum(bytes, 0, 2048), checksum(bytes));
    }

    @Test
    void shouldUpdateToWhatRecomputationGivesWhenWordsChange() {
        SplittableRandom random = Seeded.random("ChecksumTest.incremental");
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[24 + random.nextInt(40)];
            random.nextBytes(bytes);
            int before = Sums.checksum(bytes, 0, bytes.length);
            int delta = change(bytes, random);
            assertEquals(Sums.checksum(bytes, 0, bytes.length), Checksum.apply(before, delta));
        }
    }

    /** Changes a word, an address of either family, or several of them; returns the delta. */
    private static int change(byte[] bytes, SplittableRandom random) {
        ByteBuffer b = ByteBuffer.wrap(bytes);
        int at = random.nextInt(4) * 2;
        int port = extreme(random) & 0xffff;
        int address = extreme(random);
        long hi = (long) extreme(random) << 32 | extreme(random) & 0xffff_ffffL;
        long lo = (long) extreme(random) << 32 | extreme(random) & 0xffff_ffffL;
        int which = random.nextInt(3);
        int delta = switch (which) {
            case 0 -> Checksum.delta16(b.getShort(at) & 0xffff, port);
            case 1 -> Checksum.delta32(b.getInt(at), address);
            default ->
                Checksum.combine(
                        Checksum.delta128(b.getLong(at), b.getLong(at + 8), hi, lo),
                        Checksum.delta16(b.getShort(at + 16) & 0xffff, port));
        };
        switch (which) {
            case 0 -> b.putShort(at, (short) port);
            case 1 -> b.putInt(at, address);
            default -> b.putLong(at, hi).putLong(at + 8, lo).putShort(at + 16, (short) port);
        }
        return delta;
    }

    /** Values at which carries happen are as likely as all others together. */
    private static int extreme(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -1;
            default -> random.nextInt();
        };
    }

    @Test
    void shouldUndoAChangeWhenItsComplementIsApplied() {
        SplittableRandom random = Seeded.random("ChecksumTest.undo");
        for (int round = 0; round < 100_000; round++) {
            int checksum = random.nextInt(0xffff); // 0xffff is 0 in one's complement
            int delta = Checksum.delta32(extreme(random), extreme(random));
            int back = Checksum.apply(Checksum.apply(checksum, delta), Checksum.undo(delta));
            assertTrue(back == checksum || back + checksum == 0xffff, checksum + " became " + back);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "2001:db8::1"})
    void shouldFinishWhatTheSenderLeftUnfinished(String address) {
        Peer from = Peer.of(address, 1234);
        Peer to = Peer.of(from.isV6() ? "fd00::9" : "192.0.2.9", 80);
        for (int payload = 0; payload < 70; payload++) {
            byte[] partial = FrameBuilder.udp(from, to, payload)
                    .partialChecksum()
                    .unpadded()
                    .build();
            byte[] right = FrameBuilder.udp(from, to, payload).unpadded().build();
            long frame = memory.put(partial, partial.length);
            long ip = frame + Ethernet.HEADER;
            long udp = ip
                    + FrameWriter.headerLength(
                            from.address().hi(), from.address().lo());
            Checksum.writeTransport(ip, udp, Transport.UDP, Transport.UDP_CHECKSUM, 8 + payload);
            byte[] written = new byte[partial.length];
            Mem.copy(frame, written, 0, written.length);
            assertEquals(HexFormat.of().formatHex(right), HexFormat.of().formatHex(written), "payload " + payload);
        }
    }

    @Test
    void shouldWriteAllOnesWhenAUdpChecksumComesOutAsZero() {
        Peer from = Peer.of("10.1.2.3", 1234);
        Peer to = Peer.of("192.0.2.9", 80);
        byte[] body = new byte[2];
        byte[] frame = FrameBuilder.udp(from, to, 0).payload(body).unpadded().build();
        int sum = ((frame[40] & 0xff) << 8 | frame[41] & 0xff) & 0xffff; // of a payload of zeros
        body[0] = (byte) (sum >>> 8); // adding its own checksum makes the sum all ones, whose complement is zero
        body[1] = (byte) sum;
        byte[] crafted = FrameBuilder.udp(from, to, 0)
                .payload(body)
                .withoutChecksum()
                .unpadded()
                .build();
        long address = memory.put(crafted, crafted.length);
        long ip = address + Ethernet.HEADER;
        Checksum.writeTransport(ip, ip + 20, Transport.UDP, Transport.UDP_CHECKSUM, 10);
        assertEquals(0xffff, Mem.getU16Be(ip + 26));
    }
}
