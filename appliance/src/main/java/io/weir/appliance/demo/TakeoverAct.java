package io.weir.appliance.demo;

import static io.weir.appliance.bed.NodePair.Member.A;
import static io.weir.appliance.bed.NodePair.Member.B;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodePair;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Second act: connections that go on while the master is killed and while it takes the mastership back. Nothing is copied
 * between the nodes; the trace of each tells how it found out whose a connection is.
 */
final class TakeoverAct {
    private static final int KEPT_ALIVE_A_FAMILY = 5;
    private static final int STEPS = 10;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Bed bed;
    private final NodePair pair;
    private final Report report;
    private final List<Conversation> conversations = new ArrayList<>();
    private final List<FutureTask<Void>> running = new ArrayList<>();

    /** What all connections experienced of one change of the master. */
    private record Move(List<Long> stallsMs, Recovery recovery) {}

    TakeoverAct(Bed bed, NodePair pair, Report report) {
        this.bed = bed;
        this.pair = pair;
        this.report = report;
        for (IpFamily family : IpFamily.values()) {
            for (int i = 0; i < KEPT_ALIVE_A_FAMILY; i++) {
                conversations.add(new KeptAlive(family));
            }
            conversations.add(new Transfer(family, false));
            conversations.add(new Transfer(family, true));
            conversations.add(new SilentSession(family));
        }
    }

    void show() {
        report.out().println();
        conversations.forEach(each -> running.add(bed.client().fork(each)));
        try {
            awaitProgress();
            report.step(conversations.size() + " connections are under way through node-a");
            Move killed = move("node-a is killed: SIGKILL", () -> pair.kill(A), B);
            Move returned = move(
                    "node-a starts again, and takes the mastership back",
                    () -> {
                        pair.start(A);
                    },
                    A);
            conversations.forEach(Conversation::end);
            running.forEach(Namespace::join);
            table(killed, returned);
        } finally {
            conversations.forEach(Conversation::end);
        }
        report.check("no connection is broken", this::verdict);
    }

    private Move move(String what, Runnable event, NodePair.Member next) {
        report.step(what);
        conversations.forEach(Conversation::takeLongestMs);
        long stalls = pair.count(B, HaCounter.STALLS);
        event.run();
        pair.await(next, HaState.MASTER);
        report.step((next == A ? "node-a" : "node-b") + " is master");
        awaitProgress();
        if (pair.count(B, HaCounter.STALLS) > stalls) {
            report.step("node-b stood back for a while: this machine gave its worker no processor for 200 ms");
        }
        return new Move(
                conversations.stream().map(Conversation::takeLongestMs).toList(), Recovery.of(pair.trace(next)));
    }

    /** Waits until every connection has got on, or is broken; those that are silent have nothing to do. */
    private void awaitProgress() {
        List<Long> before = conversations.stream().map(Conversation::steps).toList();
        long deadline = System.nanoTime() + PATIENCE_NS;
        for (int i = 0; i < conversations.size(); i++) {
            Conversation each = conversations.get(i);
            long wanted = each instanceof SilentSession ? 1 : before.get(i) + STEPS;
            while (each.steps() < wanted && each.fault() == null && deadline - System.nanoTime() > 0) {
                LockSupport.parkNanos(LOOK_NS);
            }
        }
    }

    private void table(Move killed, Move returned) {
        report.out()
                .printf(
                        "%n  %-17s%-7s%-9s%-26s%-26s%s%n",
                        "connection", "IP", "port", "killed: stall, found by", "returned: stall, found by", "outcome");
        Recovery afterwards = Recovery.of(pair.trace(A)); // those that were silent have spoken since
        for (int i = 0; i < conversations.size(); i++) {
            Conversation each = conversations.get(i);
            Recovery second = each instanceof SilentSession ? afterwards : returned.recovery();
            report.out()
                    .printf(
                            Locale.ROOT,
                            "  %-17s%-7s%-9d%8d ms  %-14s%8d ms  %-14s%s%n",
                            each.kind(),
                            each.family().name().replace("IPV", "v"),
                            each.clientPort(),
                            killed.stallsMs().get(i),
                            killed.recovery().of(each),
                            returned.stallsMs().get(i),
                            second.of(each),
                            each.fault() == null ? "whole" : "BROKEN: " + each.fault());
        }
        report.out().println();
    }

    private String verdict() {
        long broken =
                conversations.stream().filter(each -> each.fault() != null).count();
        Conversation.require(broken == 0, "%d of %d are".formatted(broken, conversations.size()));
        return "%d of %d went on, nothing copied between the nodes"
                .formatted(conversations.size(), conversations.size());
    }
}
