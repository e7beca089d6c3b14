package io.weir.perf.pktgen;

import java.util.List;

/** An opened driver, with a sender for each thread. */
interface Engine extends AutoCloseable {
    /** Which driver it is. */
    GeneratorDriver driver();

    /** What was chosen and why. */
    List<String> notes();

    /** One for each thread. */
    List<? extends Sender> senders();

    /** After all threads have ended. */
    @Override
    void close();
}
