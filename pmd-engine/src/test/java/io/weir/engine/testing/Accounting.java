package io.weir.engine.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.worker.InMemoryNode;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a node's counters must say whatever happened: no frame, flow or connection is counted twice or not at all. */
final class Accounting {
    private final InMemoryNode node;
    private final int workers;

    Accounting(InMemoryNode node, int workers) {
        this.node = node;
        this.workers = workers;
    }

    /** A counter summed over the workers. */
    long sum(Counter... counters) {
        long sum = 0;
        for (int worker = 0; worker < workers; worker++) {
            for (Counter counter : counters) {
                sum += node.counters(worker).get(counter);
            }
        }
        return sum;
    }

    /** Every frame that came in went out, was answered, given away, or dropped for one reason. */
    void assertFrames(long injected) {
        assertEquals(injected, sum(Counter.RX_FRAMES), "received");
        assertEquals(sum(Counter.HANDOFF_OUT), sum(Counter.HANDOFF_IN), "handed off");
        long in = sum(Counter.RX_FRAMES, Counter.HANDOFF_IN);
        long answered = sum(Counter.REPLY_ARP, Counter.REPLY_ND, Counter.REPLY_ECHO);
        long passed = sum(Counter.FORWARDED_TO_SERVER, Counter.FORWARDED_TO_CLIENT, Counter.ICMP_TRANSLATED);
        long elsewhere = sum(Counter.HANDOFF_OUT, Counter.EXCEPTION_KERNEL, Counter.HELD_IN, Counter.REPLAY_RECEIVED);
        assertEquals(in + sum(Counter.HELD_OUT), answered + passed + elsewhere + drops(), this::describe);
        long unasked = sum(Counter.REPLY_RST, Counter.REPLY_ICMP, Counter.PROBE_SENT, Counter.REPLAY_SENT);
        assertEquals(answered + passed + unasked, sum(Counter.TX_FRAMES), this::describe);
    }

    private long drops() {
        return Arrays.stream(Counter.values())
                .filter(counter -> counter.name().startsWith("DROP_"))
                .mapToLong(this::sum)
                .sum();
    }

    /** The flow counters agree with the tables and with the servers' connections. */
    void assertFlows() {
        long records = 0;
        for (int worker = 0; worker < workers; worker++) {
            records += node.table(worker).size();
        }
        assertEquals(records, sum(Counter.FLOWS), "flows");
        long ended = sum(Counter.FLOWS_EXPIRED, Counter.FLOWS_FORGOTTEN);
        assertEquals(records, sum(Counter.FLOWS_CREATED) - ended, "flows created and ended");
        long connections = 0;
        for (int slot = 0; slot < node.stats().slots(); slot++) {
            connections += node.stats().sumInt(slot, ServerStats.ACTIVE);
            connections += node.stats().sumInt(slot, ServerStats.INACTIVE);
        }
        assertEquals(records, connections, "active and inactive connections");
    }

    /** No server has a connection. */
    void assertNoConnections() {
        for (int slot = 0; slot < node.stats().slots(); slot++) {
            assertEquals(0, node.stats().sumInt(slot, ServerStats.ACTIVE), "active of slot " + slot);
            assertEquals(0, node.stats().sumInt(slot, ServerStats.INACTIVE), "inactive of slot " + slot);
        }
    }

    private String describe() {
        return Stream.of(Counter.values())
                .filter(counter -> sum(counter) != 0)
                .map(counter -> counter.label() + "=" + sum(counter))
                .collect(Collectors.joining(" "));
    }
}
