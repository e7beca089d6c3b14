package io.weir.engine.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded single-producer single-consumer ring of records of a fixed number of longs.
 *
 * <p><b>Who writes what.</b> The producer alone writes {@code tail} (release) and the slots before it; the consumer
 * alone writes {@code head} (release). Each reads the other's word (acquire) only when its cached copy says full or
 * empty, so the two cache lines move once a burst, not once a record. The release store of {@code tail} orders the
 * slots' plain stores before it, the acquire load of {@code tail} orders the consumer's plain loads after it; the same
 * the other way round with {@code head} makes a slot's reuse safe.
 *
 * <p>Indexes grow without bound and are masked; at 10⁹ records a second they wrap after 292 years.
 */
public final class SpscLongRing {
    private static final VarHandle TAIL;
    private static final VarHandle HEAD;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(SpscEnds.class, "tail", long.class);
            HEAD = lookup.findVarHandle(SpscEnds.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SpscEnds ends = new SpscEnds();
    private final long[] slots;
    private final int shift;
    private final int capacity;
    private final int mask;

    /**
     * @param capacity records, a power of two
     * @param recordLongs longs in a record: 1, 2 or 4
     */
    public SpscLongRing(int capacity, int recordLongs) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity %d is not a power of two".formatted(capacity));
        }
        if (recordLongs < 1 || recordLongs > 4 || recordLongs == 3) {
            throw new IllegalArgumentException("record of %d longs; 1, 2 or 4 would be right".formatted(recordLongs));
        }
        this.capacity = capacity;
        this.shift = Integer.numberOfTrailingZeros(recordLongs);
        this.mask = capacity - 1;
        this.slots = new long[capacity * recordLongs];
    }

    /** Producer: whether another record fits. */
    public boolean hasRoom() {
        SpscEnds e = ends;
        if (e.pendingTail - e.cachedHead < capacity) {
            return true;
        }
        e.cachedHead = (long) HEAD.getAcquire(e);
        return e.pendingTail - e.cachedHead < capacity;
    }

    /**
     * Producer: appends a record of one long, invisible until {@link #publish}.
     *
     * @return false when the ring is full
     */
    public boolean offer(long a) {
        if (!hasRoom()) {
            return false;
        }
        slots[(int) (ends.pendingTail++ & mask) << shift] = a;
        return true;
    }

    /**
     * Producer: appends a record of two longs, invisible until {@link #publish}.
     *
     * @return false when the ring is full
     */
    public boolean offer(long a, long b) {
        if (!hasRoom()) {
            return false;
        }
        int at = (int) (ends.pendingTail++ & mask) << shift;
        slots[at] = a;
        slots[at + 1] = b;
        return true;
    }

    /**
     * Producer: appends the first three longs of a record of four, invisible until {@link #publish}.
     *
     * @return false when the ring is full
     */
    public boolean offer(long a, long b, long c) {
        if (!hasRoom()) {
            return false;
        }
        int at = (int) (ends.pendingTail++ & mask) << shift;
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        return true;
    }

    /**
     * Producer: appends a record of four longs, invisible until {@link #publish}.
     *
     * @return false when the ring is full
     */
    public boolean offer(long a, long b, long c, long d) {
        if (!hasRoom()) {
            return false;
        }
        int at = (int) (ends.pendingTail++ & mask) << shift;
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        slots[at + 3] = d;
        return true;
    }

    /** Producer: how many more records fit. */
    public int room() {
        SpscEnds e = ends;
        e.cachedHead = (long) HEAD.getAcquire(e); // pairs with the setRelease in free()
        return capacity - (int) (e.pendingTail - e.cachedHead);
    }

    /** Producer: makes everything offered so far visible to the consumer, by one release store. */
    public void publish() {
        SpscEnds e = ends;
        if (e.pendingTail != e.publishedTail) {
            e.publishedTail = e.pendingTail;
            TAIL.setRelease(e, e.pendingTail); // pairs with the getAcquire in available()
        }
    }

    /** Consumer: records that can be read now. */
    public int available() {
        SpscEnds e = ends;
        long ready = e.cachedTail - e.readHead;
        if (ready == 0) {
            e.cachedTail = (long) TAIL.getAcquire(e);
            ready = e.cachedTail - e.readHead;
        }
        return (int) ready;
    }

    /** Consumer: a long of the oldest record; there must be one. */
    public long peek(int word) {
        return slots[((int) (ends.readHead & mask) << shift) + word];
    }

    /** Consumer: a long of the n-th oldest record; there must be one. */
    public long peek(int n, int word) {
        return slots[((int) (ends.readHead + n & mask) << shift) + word];
    }

    /** Consumer: steps over the n oldest records. */
    public void skip(int n) {
        ends.readHead += n;
    }

    /** Consumer: steps over the oldest record; its slot is free for the producer after {@link #free}. */
    public void skip() {
        ends.readHead++;
    }

    /** Consumer: gives all slots read so far back to the producer, by one release store. */
    public void free() {
        SpscEnds e = ends;
        if (e.readHead != e.freedHead) {
            e.freedHead = e.readHead;
            HEAD.setRelease(e, e.readHead); // pairs with the getAcquire in hasRoom()
        }
    }

    /** Records it can hold. */
    public int capacity() {
        return capacity;
    }
}

/** Keeps the producer's words off the line of whatever the allocator put before them. */
@SuppressWarnings("unused")
abstract class SpscPad0 {
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

/** Written by the producer alone, and read by the consumer: once a burst, so nothing else lies beside it. */
abstract class SpscTail extends SpscPad0 {
    long tail;
}

/** Keeps what the producer writes with every record off the line that the consumer reads. */
@SuppressWarnings("unused")
abstract class SpscPad2 extends SpscTail {
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

/** The producer's own. */
abstract class SpscProducerWords extends SpscPad2 {
    long pendingTail;
    long publishedTail;
    long cachedHead;
}

/** Two cache lines between the ends: the adjacent-line prefetcher moves lines in pairs. */
@SuppressWarnings("unused")
abstract class SpscPad1 extends SpscProducerWords {
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

/** Written by the consumer alone, and read by the producer. */
abstract class SpscHead extends SpscPad1 {
    long head;
}

/** Keeps what the consumer writes with every record off the line that the producer reads. */
@SuppressWarnings("unused")
abstract class SpscPad3 extends SpscHead {
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

/** The consumer's own. */
abstract class SpscConsumerWords extends SpscPad3 {
    long readHead;
    long freedHead;
    long cachedTail;
}

/** The ring's two ends, each on cache lines of its own. */
@SuppressWarnings("unused")
final class SpscEnds extends SpscConsumerWords {
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}
