package io.weir.appliance.hypervisor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.appliance.OwnProgram;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Two nodes of the overlay that share the virtual addresses by VRRP, and are the switches' controllers. */
final class Balancers implements AutoCloseable {
    /** A balancer. */
    enum Member {
        A(150, 1),
        B(100, 2);

        final int priority;
        final int number;

        Member(int priority, int number) {
            this.priority = priority;
            this.number = number;
        }

        private String management() {
            return "172.24.1." + (100 + number);
        }
    }

    private final Overlay overlay;
    private final Path directory;
    private final Map<Member, Namespace> hosts = new TreeMap<>();
    private final Map<Member, NodeProcess> nodes = new ConcurrentSkipListMap<>();

    Balancers(Overlay overlay, Path directory) {
        this.overlay = overlay;
        this.directory = directory;
        for (Member member : Member.values()) {
            Namespace host = overlay.station(
                    Overlay.DISPATCHERS, "lb" + member.number, "02:00:00:00:01:%02x".formatted(member.number));
            overlay.plug(host, "mgmt", "lb" + member.number);
            host.ip(
                    "address add 10.10.1.%d/24 dev eth0".formatted(member.number),
                    "address add fd00::%d/64 dev eth0 nodad".formatted(member.number),
                    "address add %s/24 dev mgmt".formatted(member.management()));
            hosts.put(member, host);
        }
    }

    /** What a switch's controllers are. */
    static String[] controllers() {
        return List.of(Member.values()).stream()
                .map(member -> "tcp:" + member.management() + ":6653")
                .toArray(String[]::new);
    }

    Namespace host(Member member) {
        return hosts.get(member);
    }

    NodeProcess node(Member member) {
        return nodes.get(member);
    }

    /** Starts one. */
    void start(Member member, String services) throws IOException {
        Path file = write(member, services);
        Files.deleteIfExists(admin(member));
        List<String> options = List.of("-XX:TieredStopAtLevel=1", "-Xmx192m", "-ea", OwnProgram.READY_SOON);
        nodes.put(
                member,
                NodeProcess.start(hosts.get(member), OwnProgram.command(options, List.of("run", file.toString()))));
    }

    private Path write(Member member, String services) throws IOException {
        String text = """
                node.name = lb-%s
                workers.cores = %d
                workers.idle = backoff
                io.driver = af_packet
                io.interface.front = eth0
                io.ring.size = 1024
                connections.capacity = 64k
                counters.file = %s
                admin.listen = unix:%s
                openflow.listen = %s:6653
                ha.mode = vrrp
                ha.vrrp.priority = %d
                """.formatted(
                        member,
                        Math.min(member.ordinal(), Runtime.getRuntime().availableProcessors() - 1),
                        directory.resolve(member + ".counters"),
                        admin(member),
                        member.management(),
                        member.priority);
        return Files.writeString(directory.resolve(member + ".properties"), text + Overlay.hypervisors() + services);
    }

    private Path admin(Member member) {
        return directory.resolve(member + ".admin");
    }

    /** Starts both, and waits until A is master and the switches are in step. */
    void startBoth(String services) throws Exception {
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            List<Future<?>> starts = new ArrayList<>();
            for (Member member : Member.values()) {
                starts.add(both.submit(() -> {
                    start(member, services);
                    return null;
                }));
            }
            for (Future<?> start : starts) {
                start.get();
            }
        }
        awaitMaster(Member.A);
    }

    /** Gives one other services while it runs. */
    void reload(Member member, String services) throws IOException {
        write(member, services);
        nodes.get(member).signal("HUP");
    }

    /** What one's admin API says. */
    JsonNode ask(Member member, String path) {
        try {
            return new ObjectMapper()
                    .readTree(Program.run(
                            "curl", "-sS", "--unix-socket", admin(member).toString(), "http://node" + path));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until one is master, and the switches have what it wants. */
    void awaitMaster(Member master) throws InterruptedException {
        overlay.await(() -> ask(master, "/v1/ha").get("state").asText().equals("master"));
        awaitInStep(master);
    }

    /** Waits until the switches have what the master wants. */
    void awaitInStep(Member master) throws InterruptedException {
        overlay.await(() -> {
            for (JsonNode hypervisor : ask(master, "/v1/hypervisors")) {
                int wanted = hypervisor.get("entriesWanted").asInt();
                if (!hypervisor.get("role").asText().equals("master")
                        || wanted < 2
                        || wanted != hypervisor.get("entriesPresent").asInt()) {
                    return false;
                }
            }
            return true;
        });
    }

    /** How often the switch of a hypervisor has connected to one. */
    int connects(Member member, String hypervisor) {
        for (JsonNode one : ask(member, "/v1/hypervisors")) {
            if (one.get("name").asText().equals(hypervisor)) {
                return one.get("connects").asInt();
            }
        }
        throw new IllegalArgumentException(hypervisor);
    }

    /** For a failure's message. */
    String story() {
        StringBuilder text = new StringBuilder();
        nodes.forEach((member, node) -> {
            text.append("node %s said:%n%s%n".formatted(member, node.log()));
            if (node.isAlive()) {
                text.append("%s%n%s%n".formatted(ask(member, "/v1/hypervisors"), ask(member, "/v1/ha")));
                ask(member, "/v1/counters").properties().stream()
                        .filter(counter -> counter.getValue().asLong() != 0)
                        .forEach(counter -> text.append(counter).append(' '));
            }
        });
        return text.toString();
    }

    @Override
    public void close() {
        nodes.values().stream().filter(NodeProcess::isAlive).forEach(NodeProcess::kill);
    }
}
