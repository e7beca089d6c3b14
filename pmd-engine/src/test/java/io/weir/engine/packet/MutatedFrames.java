package io.weir.engine.packet;

import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Sums;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Frames of the corpus, changed here and there: what an attacker or a broken NIC may send. */
public final class MutatedFrames {
    private final SplittableRandom random;
    private final byte[][] seeds = Corpus.frames().values().toArray(byte[][]::new);

    /**
     * @param random decides on everything
     */
    public MutatedFrames(SplittableRandom random) {
        this.random = random;
    }

    /** The next frame: cut, extended, overwritten, bits flipped; one in four with its IPv4 checksum put right again. */
    public byte[] next() {
        byte[] frame = seeds[random.nextInt(seeds.length)].clone();
        for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
            frame = change(frame);
        }
        if (frame.length >= 34 && frame[12] == 8 && random.nextInt(4) != 0) {
            Sums.repairIpv4(frame);
        }
        return frame;
    }

    private byte[] change(byte[] frame) {
        if (frame.length < 2) {
            return frame;
        }
        int at = random.nextInt(Math.min(frame.length, 16) * (random.nextInt(8) + 1)) % frame.length;
        switch (random.nextInt(6)) {
            case 0 -> {
                return Arrays.copyOf(frame, random.nextInt(frame.length));
            }
            case 1 -> {
                return Arrays.copyOf(frame, frame.length + random.nextInt(64));
            }
            case 2 -> frame[at] = (byte) random.nextInt();
            case 3 -> frame[at] ^= (byte) (1 << random.nextInt(8));
            case 4 -> frame[at] = (byte) (random.nextInt(3) - 1);
            default -> {
                byte[] other = seeds[random.nextInt(seeds.length)];
                int from = random.nextInt(other.length);
                int length = Math.min(random.nextInt(24), Math.min(other.length - from, frame.length - at));
                System.arraycopy(other, from, frame, at, length);
            }
        }
        return frame;
    }
}
