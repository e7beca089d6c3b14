package io.weir.ha;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What operators ask of a running node's HA thread. Any thread; nothing blocks. */
public interface HaControl {
    /** Where the node stands now. */
    HaStatus status();

    /**
     * Asks it to give mastership away, in order: it stops forwarding, then says so, and takes part with priority 1 from
     * then on. So it is master again only while no other node is there, until {@link #resume}. With BGP it withdraws all
     * its addresses until then, and forwards what still comes. Has no effect on a node that has been released already.
     *
     * @throws UnsupportedOperationException when the node is on its own
     */
    void release();

    /**
     * Takes {@link #release} back: the node takes part with its own priority.
     *
     * @throws UnsupportedOperationException when the node is on its own
     */
    void resume();

    /** The control of a node that is on its own, and so is master from its start. */
    static HaControl alone(Instant since) {
        HaStatus status = new HaStatus(
                "none",
                HaState.MASTER,
                since,
                "on its own",
                0,
                0,
                Optional.empty(),
                false,
                List.of(),
                1,
                List.of(),
                Map.of());
        return new HaControl() {
            @Override
            public HaStatus status() {
                return status;
            }

            @Override
            public void release() {
                throw new UnsupportedOperationException("ha.mode = none: there is nobody to take over");
            }

            @Override
            public void resume() {
                release();
            }
        };
    }
}
