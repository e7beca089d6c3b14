package io.weir.ha.vrrp;

import io.weir.ha.HaState;

/** What a {@link VirtualRouter} has done. All on the HA thread; nothing may block. */
public interface RouterActions {
    /**
     * Sends an advertisement over each family.
     *
     * @param priority 0: farewell
     * @return whether it went out over one at least
     */
    boolean advertise(int priority);

    /**
     * Whether forwarding could begin at once: nobody forwards any more by an earlier mastership, and nothing is left of
     * it.
     */
    boolean mayForward();

    /** Begins to forward, and tells the neighbours. An advertisement has just been sent. */
    void startForwarding();

    /** This node is and stays master, but another one took itself for it, and may have told the neighbours so. */
    void reassert();

    /** This node was master and has been silent for so long that another one may be, too. */
    void lapsed();

    /** Says that no worker must begin to forward anything any more. */
    void stopForwarding();

    /** Whether that has come to pass: no worker forwards. */
    boolean hasStopped();

    /**
     * Tells of another state.
     *
     * @param why for people
     */
    void changed(HaState from, HaState to, String why);
}
