package io.weir.appliance.bed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A fixed, endless sequence of pseudo-random bytes that can be read from any position: SplitMix64 of the position. No
 * stretch of it repeats, so data that is lost, doubled or moved on its way changes the digest.
 */
public final class PatternBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SEED = 0x5765_6972_5765_6972L;
    private static final int BLOCK = 1 << 16;

    private PatternBytes() {}

    /**
     * Copies from the sequence.
     *
     * @param position of the first byte in the sequence
     * @param target where to
     * @param length bytes, from the target's start
     */
    public static void read(long position, byte[] target, int length) {
        int i = 0;
        if ((position & 7) == 0) {
            for (; i <= length - 8; i += 8) {
                LONG.set(target, i, word((position + i) >>> 3));
            }
        }
        for (; i < length; i++) {
            long at = position + i;
            target[i] = (byte) (word(at >>> 3) >>> ((at & 7) << 3));
        }
    }

    private static long word(long index) {
        long z = SEED + (index + 1) * 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return z ^ (z >>> 31);
    }

    /** SHA-256, in hexadecimal, of the first bytes of the sequence. */
    public static String sha256(long length) {
        MessageDigest digest = digest();
        byte[] block = new byte[BLOCK];
        for (long at = 0; at < length; at += BLOCK) {
            int size = (int) Math.min(BLOCK, length - at);
            read(at, block, size);
            digest.update(block, 0, size);
        }
        return hex(digest);
    }

    /** A fresh SHA-256. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has it", e);
        }
    }

    /** Ends a digest and writes it in hexadecimal. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
