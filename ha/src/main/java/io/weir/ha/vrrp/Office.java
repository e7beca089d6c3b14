package io.weir.ha.vrrp;

import io.weir.engine.worker.Mastership;
import io.weir.ha.HaCounter;
import io.weir.ha.HaCounters;
import io.weir.ha.HaState;
import io.weir.scheduler.IpAddress;
import java.util.List;

/**
 * What being master means: the workers' lease, advertisements, announcements. HA thread only.
 *
 * <p><b>The lease</b> runs for two and a half intervals from before the last advertisement was sent. The other nodes have
 * heard that one no earlier, and take over no earlier than three intervals after they heard it: so this node has stopped
 * half an interval before another one can begin, whatever holds its HA thread up.
 */
final class Office implements RouterActions {
    /** Tells of changes of state. */
    interface News {
        /** On the HA thread. */
        void changed(HaState from, HaState to, String why);
    }

    private final VirtualRouterConfig config;
    private final Mastership mastership;
    private final WorkerWatchdog watchdog;
    private final Announcements announcements;
    private final HaCounters counters;
    private final News news;
    private List<Line> lines = List.of();
    private long nowNs;

    /** A channel, and what is advertised over it. */
    record Line(VrrpChannel channel, List<IpAddress> addresses) {}

    Office(
            VirtualRouterConfig config,
            Mastership mastership,
            WorkerWatchdog watchdog,
            Announcements announcements,
            HaCounters counters,
            News news) {
        this.config = config;
        this.mastership = mastership;
        this.watchdog = watchdog;
        this.announcements = announcements;
        this.counters = counters;
        this.news = news;
    }

    /** At the beginning of a cycle: the time of all that is done in it. */
    void now(long ns) {
        nowNs = ns;
    }

    /** What advertisements go out by from now on. */
    void lines(List<Line> open) {
        lines = open;
    }

    List<Line> lines() {
        return lines;
    }

    private long leaseNs() {
        return VrrpTimes.silenceNs(config.intervalNs()) - config.intervalNs() / 2;
    }

    @Override
    public boolean advertise(int priority) {
        boolean sent = false;
        for (Line line : lines) {
            boolean taken = line.channel()
                    .send(new Advertisement(config.vrid(), priority, config.centiseconds(), line.addresses()));
            counters.increment(taken ? HaCounter.SENT : HaCounter.SEND_FAILED);
            if (taken && priority == 0) {
                counters.increment(HaCounter.SENT_PRIORITY_ZERO);
            }
            sent |= taken;
        }
        if (sent && priority != 0) {
            mastership.extend(nowNs + leaseNs());
        }
        return sent;
    }

    @Override
    public boolean mayForward() {
        return mastership.isClear();
    }

    @Override
    public void startForwarding() {
        mastership.take(nowNs + leaseNs());
        counters.increment(HaCounter.TERMS);
        announcements.begin(nowNs);
    }

    @Override
    public void reassert() {
        announcements.renew(nowNs);
    }

    @Override
    public void lapsed() {
        counters.increment(HaCounter.LAPSES);
    }

    @Override
    public void stopForwarding() {
        mastership.leave();
        announcements.end();
    }

    @Override
    public boolean hasStopped() {
        return watchdog.hasStopped();
    }

    @Override
    public void changed(HaState from, HaState to, String why) {
        news.changed(from, to, why);
    }
}
