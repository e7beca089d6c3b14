package io.weir.perf.contender;

import java.util.Optional;

/** Something that can stand between clients and servers. */
public interface Contender {
    /** Its name in tables. */
    String label();

    /** What the machine lacks for it, and how to get it; empty when nothing. */
    default Optional<String> lacking() {
        return Optional.empty();
    }

    /**
     * Which core its work is done on, in words.
     *
     * @param core that is meant for it
     */
    String where(int core);

    /** Whether it runs an XDP program of its own on the node's devices. */
    default boolean usesXdp() {
        return false;
    }

    /**
     * Starts it.
     *
     * @throws RuntimeException with what it said, when it does not start
     */
    Running start(Site site);

    /** A contender at work. */
    interface Running extends AutoCloseable {
        /** Address and port that clients ask for. */
        String target();

        /** Whether its work is done on a core of its own, so that the core's time is its time. */
        default boolean hasOwnCore() {
            return true;
        }

        /** Ends it; the namespace is thrown away afterwards. */
        @Override
        void close();
    }
}
