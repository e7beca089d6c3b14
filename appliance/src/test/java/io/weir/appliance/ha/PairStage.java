package io.weir.appliance.ha;

import io.weir.appliance.OwnProgram;
import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodePair;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A bed of two with its servers, and nodes of the classes under test in it. */
final class PairStage implements AutoCloseable {
    private static final String SERVICES_TO_ENGINE = """
            table inet services {
              chain forward {
                type filter hook forward priority filter;
                iifname back tcp sport { 80, 8000 } drop
              }
            }
            """;

    private final Bed bed;
    private final Path directory;
    private final UnaryOperator<List<String>> program;

    PairStage(Path directory) {
        this(directory, PairStage::command);
    }

    private PairStage(Path directory, UnaryOperator<List<String>> program) {
        Requires.root();
        Requires.tool("ip");
        Requires.tool("bridge");
        this.directory = directory;
        this.program = program;
        bed = Bed.create(BedOptions.PAIR);
        BedServers.start(bed);
    }

    /** With nodes that are warm when they are ready, where it is looked at how long something takes. */
    static PairStage warm(Path directory) {
        return new PairStage(directory, PairStage::warmCommand);
    }

    /**
     * As operations.md wants it of nodes that forward for their servers' own connections: what comes from a service is left
     * to the engine, even where none runs. Without it the kernel of a dead node would send the servers' packets on to the
     * clients as they are, and the clients would reset their servers.
     */
    void leaveServicesToEngine() {
        for (Namespace node : List.of(bed.node(), bed.nodeB())) {
            node.runWith(SERVICES_TO_ENGINE, "nft", "-f", "-");
        }
    }

    /** Ends what is left of connections, at both ends, so that the next pair does not hear of them. */
    void forgetConnections() {
        for (Namespace host : List.of(bed.client(), bed.serverA(), bed.serverB())) {
            host.run("ss", "--kill", "--tcp", "state", "connected");
        }
    }

    Bed bed() {
        return bed;
    }

    /** A pair that serves the article's services over both families. */
    NodePair pair(String... lines) {
        StringBuilder text = new StringBuilder(String.join("\n", lines)).append('\n');
        for (IpFamily family : IpFamily.values()) {
            VirtualService.ofArticle(family).forEach(service -> text.append(service.properties()));
        }
        return of(text);
    }

    /**
     * A pair that serves the web of both servers over both families.
     *
     * @param scheduler and, after spaces, its flags
     */
    NodePair web(String scheduler, String... lines) {
        String[] words = scheduler.split(" ", 2);
        StringBuilder text = new StringBuilder(String.join("\n", lines)).append('\n');
        for (IpFamily family : IpFamily.values()) {
            String name = family.named("web");
            RealServer a = new RealServer("a", family.back(2), 80, 1);
            RealServer b = new RealServer("b", family.back(3), 8000, 1);
            text.append(
                    new VirtualService(name, family, "tcp", VirtualService.WEB, words[0], List.of(a, b)).properties());
            if (words.length > 1) {
                text.append("service.%s.scheduler-flags = %s\n".formatted(name, words[1]));
            }
        }
        return of(text);
    }

    private NodePair of(StringBuilder text) {
        return new NodePair(bed, directory, program, text.toString());
    }

    /** A node that is ready soon. */
    static List<String> command(List<String> arguments) {
        return command(List.of(OwnProgram.READY_SOON), arguments);
    }

    /** A node that takes its time to warm up. */
    private static List<String> warmCommand(List<String> arguments) {
        return command(List.of(), arguments);
    }

    private static List<String> command(List<String> more, List<String> arguments) {
        List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m", "-ea"));
        options.addAll(more);
        return OwnProgram.command(options, arguments);
    }

    @Override
    public void close() {
        bed.close();
    }
}
