package io.weir.appliance.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What passes a device, both ways, as tcpdump writes it to a file. */
public final class Capture implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int PCAP_HEADER = 24;
    private static final int RECORD_HEADER = 16;

    private final Path file;
    private final Process tcpdump;

    private Capture(Path file, Process tcpdump) {
        this.file = file;
        this.tcpdump = tcpdump;
    }

    /** Starts, and returns when frames are seen. */
    public static Capture on(Namespace namespace, String device, String... filter) {
        try {
            Path file = Files.createTempFile("capture-" + namespace.role(), ".pcap");
            List<String> command = new ArrayList<>(List.of(
                    "tcpdump",
                    "-i",
                    device,
                    "-w",
                    file.toString(),
                    "-U",
                    "--immediate-mode",
                    "-Z",
                    "root",
                    "-B",
                    "32768"));
            command.addAll(Arrays.asList(filter));
            Process tcpdump = namespace.start(new ProcessBuilder(command));
            Capture capture = new Capture(file, tcpdump);
            BufferedReader messages = tcpdump.errorReader(UTF_8);
            String line = messages.readLine();
            while (line != null && !line.contains("listening on")) {
                line = messages.readLine();
            }
            if (line == null) {
                capture.close();
                throw new IllegalStateException("tcpdump does not start");
            }
            return capture;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a frame of a kind was seen. */
    Frame await(String what, Predicate<Frame> kind) {
        long start = System.nanoTime();
        while (true) {
            List<Frame> frames = frames();
            for (Frame frame : frames) {
                if (kind.test(frame)) {
                    return frame;
                }
            }
            if (System.nanoTime() - start > PATIENCE_NS) {
                throw new AssertionError("never seen: %s; seen instead:%n%s".formatted(what, describe(frames)));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** The frames until now, also those that tcpdump had not written yet: once its file has stopped growing. */
    List<Frame> settled() {
        long deadline = System.nanoTime() + PATIENCE_NS;
        long size = -1;
        for (long now = file.toFile().length(); now != size && deadline - System.nanoTime() > 0; ) {
            size = now;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            now = file.toFile().length();
        }
        return frames();
    }

    /** The frames until now. */
    List<Frame> frames() {
        try {
            ByteBuffer pcap = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            List<Frame> frames = new ArrayList<>();
            int at = PCAP_HEADER;
            while (at + RECORD_HEADER <= pcap.limit()) {
                int captured = pcap.getInt(at + 8);
                at += RECORD_HEADER;
                if (at + captured > pcap.limit()) {
                    break;
                }
                byte[] bytes = new byte[captured];
                pcap.get(at, bytes);
                frames.add(new Frame(bytes));
                at += captured;
            }
            return frames;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines in which tcpdump itself finds fault with a checksum. */
    public List<String> complaints() {
        return Program.run("tcpdump", "-r", file.toString(), "-nn", "-vvv", "-e")
                .lines()
                .filter(line -> line.matches(".*(incorrect|bad (udp |icmp6 )?cksum|wrong (icmp )?cksum).*"))
                .toList();
    }

    /** What tcpdump says of the frames until now that match a filter, one a line. */
    public List<String> lines(String filter) {
        return Program.run("tcpdump", "-r", file.toString(), "-nn", "-e", "-S", filter)
                .lines()
                .filter(line -> line.contains(" > "))
                .toList();
    }

    /** Frames, one a line, at most forty. */
    static String describe(List<Frame> frames) {
        StringBuilder text = new StringBuilder();
        frames.stream().limit(40).forEach(frame -> text.append(frame).append('\n'));
        return text.append(frames.size()).append(" frames").toString();
    }

    @Override
    public void close() {
        tcpdump.destroy();
        try {
            tcpdump.waitFor();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
