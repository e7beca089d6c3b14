package io.weir.appliance.ha;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * keepalived in a namespace: an instance for each version of IP, in one sync group, for the addresses that a pair of the
 * bed shares.
 */
final class Keepalived implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final Pattern ENTERING = Pattern.compile("\\((IPV[46])\\) Entering (\\w+) STATE");

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Map<IpFamily, String> states = new EnumMap<>(IpFamily.class);
    private final Thread reader;
    private boolean ended;

    private Keepalived(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().name("keepalived-output").start(this::read);
    }

    /**
     * Starts it.
     *
     * @param directory for its files
     * @param version of VRRP, 2 or 3
     */
    static Keepalived start(Namespace namespace, Path directory, int version, int vrid, int priority) {
        StringBuilder text = new StringBuilder(
                """
                global_defs {
                    router_id test
                    vrrp_version %d
                    enable_script_security
                }
                vrrp_sync_group both {
                    group {
                %s    }
                }
                """.formatted(version, version == 3 ? "        IPV4\n        IPV6\n" : "        IPV4\n"));
        for (IpFamily family : version == 3 ? IpFamily.values() : new IpFamily[] {IpFamily.IPV4}) {
            text.append("""
                    vrrp_instance %s {
                        state BACKUP
                        interface %s
                        virtual_router_id %d
                        priority %d
                        advert_int %s
                        virtual_ipaddress {
                            %s dev %s
                            %s dev %s
                            %s dev %s
                        }
                    }
                    """.formatted(
                            family,
                            Bed.FRONT,
                            vrid,
                            priority,
                            version == 3 ? "0.1" : "1",
                            family.withPrefix(family.back(1)),
                            Bed.BACK,
                            family.withPrefix(family.front(1)),
                            Bed.FRONT,
                            family.alone(family.vip()),
                            Bed.FRONT));
        }
        try {
            Path file = Files.writeString(directory.resolve("keepalived.conf"), text);
            return new Keepalived(namespace.start(new ProcessBuilder(
                            "keepalived",
                            "--dont-fork",
                            "--log-console",
                            "--vrrp",
                            "--use-file=" + file,
                            "--pid=" + directory.resolve("keepalived.pid"),
                            "--vrrp_pid=" + directory.resolve("keepalived-vrrp.pid"))
                    .redirectErrorStream(true)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            take(e.toString());
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized void take(String line) {
        lines.add(line);
        Matcher matcher = ENTERING.matcher(line);
        if (matcher.find()) {
            states.put(IpFamily.valueOf(matcher.group(1)), matcher.group(2));
        }
        notifyAll();
    }

    /** Waits until all its instances are {@code MASTER} or {@code BACKUP}. */
    synchronized void await(String state, IpFamily... families) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        for (IpFamily family : families) {
            while (!state.equals(states.get(family))) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || ended) {
                    throw new AssertionError("keepalived is not %s but %s:%n%s".formatted(state, states, log()));
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Everything that it said. */
    synchronized String log() {
        return String.join("\n", lines);
    }

    /** Ends it in order: as master it says farewell. */
    void terminate() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_NS, TimeUnit.NANOSECONDS)) {
                throw new AssertionError("keepalived does not end:\n" + log());
            }
            reader.join(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
        }
    }
}
