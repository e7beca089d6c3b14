package io.weir.appliance.bed;

import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import io.weir.engine.trace.TraceFile;
import io.weir.engine.trace.TraceReader;
import io.weir.ha.HaBlock;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * Two Weir nodes in a bed of two ({@link BedOptions#PAIR}), under VRRP: A has the higher priority, so it is master whenever
 * it can. Both share the virtual addresses and, as {@code gateway.…}, the addresses that clients and servers route by.
 *
 * <p>They are started, stopped, killed and paused one by one, and their wires cut; the nodes end with the pair, the pair
 * with the bed.
 */
public final class NodePair implements AutoCloseable {
    /** One of the two. */
    public enum Member {
        /** The one with the higher priority. */
        A(150, Bed.MEMBER_A),
        /** The other. */
        B(100, Bed.MEMBER_B);

        private final int priority;
        private final int number;

        Member(int priority, int number) {
            this.priority = priority;
            this.number = number;
        }

        /** {@code ha.vrrp.priority}. */
        public int priority() {
            return priority;
        }

        /** Its host number in both networks. */
        public int number() {
            return number;
        }

        /** The other one. */
        public Member other() {
            return this == A ? B : A;
        }
    }

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Bed bed;
    private final Path directory;
    private final UnaryOperator<List<String>> program;
    private final String more;
    private final Map<Member, NodeProcess> nodes = new EnumMap<>(Member.class);

    /**
     * Starts nothing yet.
     *
     * @param directory for their files
     * @param program makes of {@code run FILE} a command that runs Weir
     * @param more what both nodes' files say besides devices, addresses and VRRP: services, and keys in place of those here
     */
    public NodePair(Bed bed, Path directory, UnaryOperator<List<String>> program, String more) {
        this.bed = bed;
        this.directory = directory;
        this.program = program;
        this.more = more;
    }

    /** Its properties file, as it is written at its start. */
    public Path file(Member member) {
        return directory.resolve(namespace(member).name() + ".properties");
    }

    private Path counters(Member member) {
        return directory.resolve(namespace(member).name() + "-counters");
    }

    /** Where it lives. */
    public Namespace namespace(Member member) {
        return member == Member.A ? bed.node() : bed.nodeB();
    }

    private String properties(Member member) {
        StringBuilder text = new StringBuilder();
        List<String> keys = more.lines().map(line -> line.split(" = ")[0]).toList();
        """
                node.name = %s
                workers.cores = %d
                workers.idle = backoff
                io.interface.front = %s
                io.interface.back = %s
                io.ring.size = 1024
                gateway.front = %s, %s
                gateway.back = %s, %s
                connections.capacity = 64k
                counters.file = %s
                ha.mode = vrrp
                ha.vrrp.priority = %d
                """.formatted(
                        namespace(member).name(),
                        Math.min(member.ordinal(), Runtime.getRuntime().availableProcessors() - 1),
                        Bed.FRONT,
                        Bed.BACK,
                        IpFamily.IPV4.front(1),
                        IpFamily.IPV6.front(1),
                        IpFamily.IPV4.back(1),
                        IpFamily.IPV6.back(1),
                        counters(member),
                        member.priority)
                .lines()
                .filter(line -> !keys.contains(line.split(" = ")[0]))
                .forEach(line -> text.append(line).append('\n'));
        return text.append(more).toString();
    }

    /** Starts one that does not run, and waits until it is ready to be master or backup. */
    public NodeProcess start(Member member) {
        NodeProcess node = launch(member);
        node.awaitReady();
        return node;
    }

    private NodeProcess launch(Member member) {
        try {
            Files.writeString(file(member), properties(member));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        NodeProcess node = NodeProcess.launch(
                namespace(member), program.apply(List.of("run", file(member).toString())));
        nodes.put(member, node);
        return node;
    }

    /** Starts both at once, and waits until A is master and B is backup. */
    public void startBoth() {
        List<NodeProcess> both = List.of(launch(Member.A), launch(Member.B));
        both.forEach(NodeProcess::awaitReady);
        await(Member.A, HaState.MASTER);
        await(Member.B, HaState.BACKUP);
    }

    /** The one that was started last in this place. */
    public NodeProcess node(Member member) {
        return nodes.get(member);
    }

    /** Ends one without asking (SIGKILL). */
    public void kill(Member member) {
        node(member).kill();
    }

    /** Ends one in order (SIGTERM), and returns its exit status. */
    public int terminate(Member member) {
        return node(member).terminate();
    }

    /** Stops one where it is (SIGSTOP): it keeps its devices, but nothing of it runs. */
    public void pause(Member member) {
        node(member).signal("STOP");
    }

    /** Lets one that was paused go on (SIGCONT). */
    public void resume(Member member) {
        node(member).signal("CONT");
    }

    /** Its part now, as its counters file shows it; empty while it has none. */
    public Optional<HaStatus> status(Member member) {
        try (CountersReader reader = CountersReader.open(counters(member))) {
            return new HaBlock(reader.node()).read();
        } catch (IOException e) {
            return Optional.empty(); // it does not run, or has only just begun
        }
    }

    /** What became of flows that it did not know, oldest first: its trace, as it is now. */
    public List<TraceReader.Entry> trace(Member member) {
        try (TraceReader reader = TraceReader.open(TraceFile.beside(counters(member)))) {
            return reader.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of its HA counters. */
    public long count(Member member, HaCounter counter) {
        return status(member).map(s -> s.counters().get(counter)).orElse(0L);
    }

    /** One of its workers' counters, summed. */
    public long count(Member member, Counter counter) {
        try (CountersReader reader = CountersReader.open(counters(member))) {
            return reader.sum(counter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of its workers' counters that are not zero, summed, by label. */
    public Map<String, Long> counted(Member member) {
        Map<String, Long> counted = new TreeMap<>();
        try (CountersReader reader = CountersReader.open(counters(member))) {
            for (Counter counter : Counter.values()) {
                long sum = reader.sum(counter);
                if (sum != 0) {
                    counted.put(counter.label(), sum);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counted;
    }

    /** What tells of a machine that was too busy for one of them: lapses, stalls and terms of each. */
    public String countedOfHa() {
        StringBuilder text = new StringBuilder();
        for (Member member : Member.values()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append("%s: %d lapses, %d stalls, %d terms"
                            .formatted(
                                    member,
                                    count(member, HaCounter.LAPSES),
                                    count(member, HaCounter.STALLS),
                                    count(member, HaCounter.TERMS)));
        }
        return text.toString();
    }

    /** What both have counted, and said: for a failure's message. */
    public String story() {
        StringBuilder text = new StringBuilder();
        nodes.keySet()
                .forEach(member -> text.append("node ")
                        .append(member)
                        .append(" counted: ")
                        .append(counted(member))
                        .append('\n'));
        return text.append(log()).toString();
    }

    /**
     * Waits until one has a part.
     *
     * @throws IllegalStateException when it does not come to that
     */
    public void await(Member member, HaState state) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        Optional<HaStatus> seen = status(member);
        while (seen.isEmpty() || seen.get().state() != state) {
            if (deadline - System.nanoTime() < 0) {
                throw new IllegalStateException("%s is not %s but %s%n%s".formatted(member, state, seen, log()));
            }
            LockSupport.parkNanos(LOOK_NS);
            seen = status(member);
        }
    }

    /** What both said. */
    public String log() {
        StringBuilder text = new StringBuilder();
        nodes.forEach((member, node) -> text.append("node ")
                .append(member)
                .append(" said:\n")
                .append(node.log())
                .append('\n'));
        return text.toString();
    }

    /** Cuts the nodes off from each other, while either still reaches clients and servers, and they reach it. */
    public void separate() {
        isolate("on");
    }

    /** Takes {@link #separate} back. */
    public void join() {
        isolate("off");
    }

    private void isolate(String how) {
        for (Member member : Member.values()) {
            for (Namespace lan : List.of(bed.frontLan(), bed.backLan())) {
                lan.run("bridge", "link", "set", "dev", port(member), "isolated", how);
            }
        }
    }

    /** Pulls a node's wire, {@link Bed#FRONT} or {@link Bed#BACK}, out of the switch: the device loses its carrier. */
    public void unplug(Member member, String device) {
        lan(device).ip("link set " + port(member) + " down");
    }

    /** Puts it back. */
    public void plug(Member member, String device) {
        lan(device).ip("link set " + port(member) + " up");
    }

    /** The switch that a node's device is plugged into. */
    public Namespace lan(String device) {
        return device.equals(Bed.FRONT) ? bed.frontLan() : bed.backLan();
    }

    private static String port(Member member) {
        return "p%02x".formatted(member.number);
    }

    @Override
    public void close() {
        nodes.values().stream().filter(NodeProcess::isAlive).forEach(node -> {
            node.signal("CONT");
            node.kill();
        });
    }
}
