package io.weir.appliance.health;

import java.util.function.Consumer;

/** A way of asking a server. On the I/O thread; never blocks. */
@FunctionalInterface
interface Check {
    /**
     * Asks once.
     *
     * @param target whom
     * @param before what was known of it
     * @param done told exactly once, at the latest when the target's timeout is over
     */
    void run(Target target, Health before, Consumer<Outcome> done);
}
