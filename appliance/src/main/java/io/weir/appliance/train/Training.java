package io.weir.appliance.train;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WorkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * Starts a node in network namespaces of its own, and has its JVM write down the classes that it loaded and made: a dynamic
 * archive (JEP 350), from which later starts on the same JDK and the same jars load.
 *
 * <p>The node has both families, health checks and a part in a failover group, so that what most configurations need is
 * among it; what another needs besides is loaded as ever.
 */
public final class Training {
    /** For the JVM to write the archive after the node has ended: seconds, more where the disk is slow. */
    private static final Duration WRITING = Duration.ofMinutes(2);

    private Training() {}

    /**
     * Records a start. An archive that is there stays in use until the new one is whole.
     *
     * @param launcher starts a node, by {@code run FILE}, with the options of {@code WEIR_JAVA_OPTS}
     * @param archive file to write
     * @return its bytes
     * @throws IOException when it cannot be written
     * @throws RuntimeException when the node does not start, with what it said
     */
    public static long record(Path launcher, Path archive) throws IOException {
        try (Bed bed = Bed.create(BedOptions.ARTICLE)) {
            WorkDirectory directory = bed.own(WorkDirectory.create("weir-train-"));
            BedServers.start(bed);
            Path written = directory.resolve("archive");
            Path file = directory.write("node.properties", properties(directory));
            String own = System.getenv().getOrDefault("WEIR_JAVA_OPTS", "");
            NodeProcess node = NodeProcess.start(
                    bed.node(),
                    List.of(
                            "env",
                            "WEIR_NO_BUILD=1",
                            "WEIR_JAVA_OPTS=%s -XX:ArchiveClassesAtExit=%s".formatted(own, written),
                            launcher.toString(),
                            "run",
                            file.toString()));
            int status = node.terminate(WRITING);
            if (status != 0 || !Files.exists(written)) {
                throw new IOException(
                        "the JVM has written no archive, exit status %d; it said:%n%s".formatted(status, node.log()));
            }
            return install(written, archive);
        }
    }

    private static long install(Path written, Path archive) throws IOException {
        Path beside = archive.resolveSibling(archive.getFileName() + ".new");
        try {
            Files.move(written, beside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, archive, StandardCopyOption.ATOMIC_MOVE);
            return Files.size(archive);
        } catch (IOException e) {
            Files.deleteIfExists(beside);
            throw new IOException("%s cannot be written: %s".formatted(archive, e.getMessage()), e);
        }
    }

    private static String properties(WorkDirectory directory) {
        StringBuilder text = new StringBuilder("""
                node.name = training
                workers.cores = 0
                workers.idle = backoff
                io.interface.front = %s
                io.interface.back = %s
                connections.capacity = 64k
                counters.file = %s
                ha.mode = vrrp
                admin.listen = 127.0.0.1:9180
                """.formatted(Bed.FRONT, Bed.BACK, directory.resolve("counters")));
        for (IpFamily family : IpFamily.values()) {
            for (VirtualService service : VirtualService.ofArticle(family)) {
                text.append(service.properties());
                text.append("service.%s.health = tcp\n".formatted(service.name()));
            }
        }
        return text.toString();
    }
}
