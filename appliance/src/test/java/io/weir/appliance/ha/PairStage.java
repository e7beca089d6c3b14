package io.weir.appliance.ha;

import io.weir.appliance.Requires;
import io.weir.appliance.Weir;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.NodePair;
import io.weir.appliance.bed.VirtualService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A bed of two with its servers, and nodes of the classes under test in it. */
final class PairStage implements AutoCloseable {
    private final Bed bed;
    private final Path directory;

    PairStage(Path directory) {
        Requires.root();
        Requires.tool("ip");
        Requires.tool("bridge");
        this.directory = directory;
        bed = Bed.create(BedOptions.PAIR);
        BedServers.start(bed);
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
        return new NodePair(bed, directory, PairStage::command, text.toString());
    }

    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("weir.jvm.flags", "").trim().split("\\s+")));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-ea"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Weir.class.getName()));
        command.addAll(arguments);
        return command;
    }

    @Override
    public void close() {
        bed.close();
    }
}
