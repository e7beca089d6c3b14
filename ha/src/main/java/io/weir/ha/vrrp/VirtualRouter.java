package io.weir.ha.vrrp;

import io.weir.ha.HaState;
import io.weir.scheduler.IpAddress;
import java.util.Optional;

/**
 * The state machine of RFC 9568 §6.4, for both families at once, with fencing: whoever stops being master first stops
 * forwarding. Pure: time comes in, actions go out; no clock, no socket, no thread.
 *
 * <pre>
 *               startup                    down timer, forwarding possible
 *   INITIALIZE ─────────▶ BACKUP ─────────────────────────────────────────▶ MASTER
 *        ▲                  │ ▲          a better one heard, or lapsed          │ │
 *        │    hindered,     │ └─────────────────────────────────────────────────┘ │
 *        └──── shutdown ────┴────────────────── hindered, shutdown ───────────────┘
 * </pre>
 *
 * <p><b>Farewell.</b> A master that leaves of its own accord (shutdown, hindrance, release) stops forwarding and is out
 * of office; only when {@link RouterActions#hasStopped} says so the advertisement of priority 0 goes out, by which
 * another one takes over at once. If that never came, the others would take over by their timers.
 *
 * <p><b>Two masters</b> that hear each other again: the worse one yields, and says what it was, once more. Else a better
 * one that spoke first would never hear that there was another one whom hosts and switches believe, and would not
 * {@linkplain RouterActions#reassert announce} the addresses anew.
 *
 * <p><b>Lapse.</b> A master that has not been able to send for three intervals (stopped, or without a device) no longer
 * knows whether it is the only one: it becomes backup without a farewell and waits like everybody.
 *
 * <p><b>Both families.</b> Advertisements of either family keep a backup from taking over. An equal priority is decided
 * by the addresses of one family alone, the one of {@code ownAddress}: else the two could be decided apart.
 *
 * <p>Owned by one thread. Times are {@link System#nanoTime}'s and compared by subtraction.
 */
public final class VirtualRouter {
    private final VirtualRouterConfig config;
    private final RouterActions actions;
    private IpAddress ownAddress;
    private HaState state = HaState.INITIALIZE;
    private boolean started;
    private boolean hindered;
    private boolean lastChoice;
    private boolean released;
    private boolean farewell;
    private long masterIntervalNs;
    private long downAtNs;
    private long advertiseAtNs;
    private long saidNs;
    private boolean lowerHeard;
    private long lowerSinceNs;
    private IpAddress master;

    /**
     * @param ownAddress this node's address on the advertisements' device, by which equal priorities are decided
     */
    public VirtualRouter(VirtualRouterConfig config, IpAddress ownAddress, RouterActions actions) {
        this.config = config;
        this.ownAddress = ownAddress;
        this.actions = actions;
        this.masterIntervalNs = config.intervalNs();
    }

    /** The state. */
    public HaState state() {
        return state;
    }

    /** The master heard last; this node's own address as master. */
    public Optional<IpAddress> master() {
        return Optional.ofNullable(state == HaState.MASTER ? ownAddress : master);
    }

    /** What this node takes part with. */
    public int priority() {
        return released || lastChoice ? VirtualRouterConfig.LAST_CHOICE : config.priority();
    }

    /** Whether an operator released it. */
    public boolean isReleased() {
        return released;
    }

    /** Whether nothing is left to be said: no farewell waits until forwarding has stopped. */
    public boolean isSilent() {
        return !farewell;
    }

    /** The device's address has changed. */
    public void address(IpAddress own) {
        ownAddress = own;
    }

    /** The node is ready to forward. */
    public void startup(long nowNs) {
        started = true;
        takePart(nowNs, "started");
    }

    /** The node is about to end. A farewell may be left to {@link #tick}. */
    public void shutdown(String why) {
        started = false;
        leave(HaState.INITIALIZE, why);
    }

    /** Something has come up that keeps the node from forwarding, or has gone. */
    public void hindered(boolean isHindered, String why, long nowNs) {
        hindered = isHindered;
        if (isHindered) {
            leave(HaState.INITIALIZE, why);
        } else {
            takePart(nowNs, why);
        }
    }

    /** The node could forward, but any other one would be better; or no longer so. */
    public void lastChoice(boolean isLast, String why, long nowNs) {
        boolean worse = isLast && !lastChoice;
        lastChoice = isLast;
        if (worse) {
            giveWay(why, nowNs);
        }
    }

    /** An operator wants another one to be master. */
    public void release(long nowNs) {
        if (!released) {
            released = true;
            giveWay("released by the operator", nowNs);
        }
    }

    /** An operator has nothing against this node any more. */
    public void resume() {
        released = false;
    }

    private void takePart(long nowNs, String why) {
        if (state != HaState.INITIALIZE || !started || hindered) {
            return;
        }
        masterIntervalNs = config.intervalNs();
        lowerHeard = false;
        become(HaState.BACKUP, why);
        awaitMaster(nowNs);
        if (priority() == VirtualRouterConfig.OWNER) {
            downAtNs = nowNs;
            tick(nowNs);
        }
    }

    private void leave(HaState next, String why) {
        if (state == HaState.MASTER) {
            actions.stopForwarding();
            farewell = true;
            master = null;
        }
        if (state != next) {
            become(next, why);
        }
    }

    /** With a lower priority than before: a master goes, a backup waits a little longer. */
    private void giveWay(String why, long nowNs) {
        if (state == HaState.MASTER) {
            leave(HaState.BACKUP, why);
        }
        awaitMaster(nowNs);
    }

    private void awaitMaster(long nowNs) {
        downAtNs = nowNs + VrrpTimes.downNs(priority(), masterIntervalNs);
    }

    private void become(HaState next, String why) {
        HaState before = state;
        state = next;
        actions.changed(before, next, why);
    }

    /**
     * Takes in a valid advertisement.
     *
     * @param sender its source address
     */
    public void hear(Advertisement heard, IpAddress sender, long nowNs) {
        if (heard.priority() != 0) {
            farewell = false; // another one is master already: the word would only confuse the rest
        }
        wake(nowNs);
        switch (state) {
            case INITIALIZE -> master = heard.priority() == 0 ? null : sender;
            case BACKUP -> hearAsBackup(heard, sender, nowNs);
            case MASTER -> hearAsMaster(heard, sender, nowNs);
        }
    }

    private void hearAsBackup(Advertisement heard, IpAddress sender, long nowNs) {
        if (heard.priority() == 0) {
            master = null;
            downAtNs = nowNs + VrrpTimes.skewNs(priority(), masterIntervalNs);
            return;
        }
        master = sender;
        boolean lower = heard.priority() < priority();
        if (lower && !lowerHeard) {
            lowerSinceNs = nowNs;
        }
        lowerHeard = lower;
        boolean discard = lower && config.preempt() && nowNs - lowerSinceNs >= config.preemptDelayNs();
        if (!discard) {
            follow(heard, nowNs);
        }
    }

    private void follow(Advertisement heard, long nowNs) {
        masterIntervalNs = heard.intervalNs();
        awaitMaster(nowNs);
    }

    private void hearAsMaster(Advertisement heard, IpAddress sender, long nowNs) {
        if (heard.priority() == 0) {
            advertise(nowNs);
        } else if (outranks(heard, sender)) {
            actions.stopForwarding();
            actions.advertise(priority());
            master = sender;
            lowerHeard = false;
            become(HaState.BACKUP, "%s has priority %d".formatted(sender, heard.priority()));
            follow(heard, nowNs);
        } else if (heard.priority() < priority() || sender.isV4() == ownAddress.isV4()) {
            advertise(nowNs); // RFC 9568 §6.4.3: asserts itself at once
            actions.reassert();
        }
    }

    private boolean outranks(Advertisement heard, IpAddress sender) {
        return heard.priority() > priority()
                || heard.priority() == priority()
                        && sender.isV4() == ownAddress.isV4()
                        && sender.compareTo(ownAddress) > 0;
    }

    /**
     * Before anything else after a pause: a master that has been silent for too long is none any more, and whatever comes
     * next finds it a backup.
     */
    public void wake(long nowNs) {
        if (hasLapsed(nowNs)) {
            lapse(nowNs);
        }
    }

    /** Does what is due. */
    public void tick(long nowNs) {
        wake(nowNs);
        if (state == HaState.MASTER) {
            tickAsMaster(nowNs);
            return;
        }
        if (farewell && actions.hasStopped()) {
            farewell = false;
            actions.advertise(0);
            awaitMaster(nowNs);
        }
        if (state == HaState.BACKUP && !farewell && nowNs - downAtNs >= 0 && actions.mayForward()) {
            takeOver(nowNs);
        }
    }

    private void takeOver(long nowNs) {
        if (!actions.advertise(priority())) {
            awaitMaster(nowNs); // one that cannot speak must not forward
            return;
        }
        said(nowNs);
        String why = master == null ? "no other master" : "nothing better heard from " + master;
        master = null;
        lowerHeard = false;
        actions.startForwarding();
        become(HaState.MASTER, why);
    }

    private void tickAsMaster(long nowNs) {
        if (nowNs - advertiseAtNs >= 0) {
            advertise(nowNs);
        }
    }

    private boolean hasLapsed(long nowNs) {
        return state == HaState.MASTER && nowNs - saidNs >= VrrpTimes.silenceNs(config.intervalNs());
    }

    private void lapse(long nowNs) {
        actions.lapsed();
        actions.stopForwarding();
        masterIntervalNs = config.intervalNs();
        become(HaState.BACKUP, "silent for %d ms".formatted((nowNs - saidNs) / 1_000_000));
        awaitMaster(nowNs);
    }

    private void advertise(long nowNs) {
        if (actions.advertise(priority())) {
            said(nowNs);
        } else {
            advertiseAtNs = nowNs + config.intervalNs() / 4; // not for three intervals, or it lapses
        }
    }

    private void said(long nowNs) {
        saidNs = nowNs;
        advertiseAtNs = nowNs + config.intervalNs();
    }

    /** When this node last advertised itself as master: as long as it is master. */
    public long saidNs() {
        return saidNs;
    }
}
