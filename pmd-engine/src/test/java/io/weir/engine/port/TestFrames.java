package io.weir.engine.port;

import io.weir.bindings.Mem;

/** Frames of an ethertype that no kernel sends by itself, with a sequence number and a pattern. */
final class TestFrames {
    /** {@code ETH_P_802_EX1}: local experiments. */
    static final int ETHERTYPE = 0x88b5;

    static final int MIN = 60;
    static final int MAX = 1514;

    private static final int SEQUENCE_AT = 14;

    private TestFrames() {}

    static byte[] frame(int sequence, int length) {
        byte[] frame = new byte[length];
        for (int i = 18; i < length; i++) {
            frame[i] = (byte) (sequence * 31 + i);
        }
        frame[0] = 0x02;
        frame[5] = 1;
        frame[6] = 0x02;
        frame[11] = 2;
        frame[12] = (byte) (ETHERTYPE >> 8);
        frame[13] = (byte) ETHERTYPE;
        for (int i = 0; i < 4; i++) {
            frame[SEQUENCE_AT + i] = (byte) (sequence >> 24 - 8 * i);
        }
        return frame;
    }

    /** The same frame with a tag of VLAN 42, priority 5. */
    static byte[] tagged(int sequence, int length) {
        byte[] plain = frame(sequence, length - 4);
        byte[] tagged = new byte[length];
        System.arraycopy(plain, 0, tagged, 0, 12);
        tagged[12] = (byte) 0x81;
        tagged[14] = (byte) 0xa0;
        tagged[15] = 42;
        System.arraycopy(plain, 12, tagged, 16, plain.length - 12);
        return tagged;
    }

    static boolean isTestFrame(long address) {
        int type = Mem.getU16Be(address + 12);
        return type == ETHERTYPE || type == 0x8100 && Mem.getU16Be(address + 16) == ETHERTYPE;
    }

    static int sequence(long address) {
        return Mem.getIntBe(address + SEQUENCE_AT);
    }

    static byte[] copy(long address, int length) {
        byte[] bytes = new byte[length];
        Mem.copy(address, bytes, 0, length);
        return bytes;
    }
}
