package io.weir.engine.counters;

import io.weir.bindings.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One entry of the directory: a text of tab-separated fields under a sequence word, which is odd while the entry is
 * being written and 0 while it has never been; one writer (the control thread), readers in other processes.
 *
 * <pre>
 *  0          4        8
 * +----------+--------+--------------------------------- … -+
 * | sequence | length | UTF-8 text                           |
 * +----------+--------+--------------------------------- … -+
 * </pre>
 */
final class DirectoryEntry {
    private static final int TEXT = 8;
    private static final int FIELDS = 10;
    /** A change takes a microsecond, a preempted writer some milliseconds. */
    private static final int ATTEMPTS = 1_000_000;

    private final long at;

    DirectoryEntry(long at) {
        this.at = at;
    }

    void write(SlotEntry entry) {
        byte[] text = entry == null
                ? new byte[0]
                : String.join(
                                "\t",
                                entry.service(),
                                entry.protocol(),
                                entry.virtual(),
                                entry.scheduler(),
                                entry.forward(),
                                entry.server(),
                                entry.address(),
                                Integer.toString(entry.weight()),
                                entry.up() ? "up" : "down",
                                entry.health())
                        .getBytes(StandardCharsets.UTF_8);
        if (text.length > CountersLayout.ENTRY - TEXT) {
            throw new IllegalArgumentException("names of service '%s' and server '%s' are too long together"
                    .formatted(entry.service(), entry.server()));
        }
        int sequence = Mem.getInt(at);
        Mem.putIntOpaque(at, sequence + 1);
        java.lang.invoke.VarHandle.storeStoreFence(); // the odd number before the text
        Mem.putInt(at + 4, text.length);
        Mem.copy(text, 0, at + TEXT, text.length);
        Mem.putIntRelease(at, sequence + 2); // the text before the even number
    }

    /** The entry; null when the slot stands for nothing, or when its writer died while it wrote. */
    SlotEntry read() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int sequence = Mem.getIntAcquire(at);
            if (sequence == 0) {
                return null;
            }
            byte[] text = new byte[Math.clamp(Mem.getInt(at + 4), 0, CountersLayout.ENTRY - TEXT)];
            Mem.copy(at + TEXT, text, 0, text.length);
            java.lang.invoke.VarHandle.loadLoadFence();
            if ((sequence & 1) == 0 && Mem.getIntOpaque(at) == sequence) {
                return text.length == 0 ? null : parse(new String(text, StandardCharsets.UTF_8));
            }
            Thread.onSpinWait();
        }
        return null;
    }

    private static SlotEntry parse(String text) {
        String[] f = text.split("\t", -1);
        if (f.length != FIELDS) {
            throw new IllegalStateException("directory entry of %d fields: %s".formatted(f.length, Arrays.toString(f)));
        }
        return new SlotEntry(f[0], f[1], f[2], f[3], f[4], f[5], f[6], Integer.parseInt(f[7]), f[8].equals("up"), f[9]);
    }
}
