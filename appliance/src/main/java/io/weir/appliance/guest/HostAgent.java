package io.weir.appliance.guest;

import io.weir.appliance.config.Choices.GuestConfiguration;
import io.weir.appliance.config.HostConfig;
import io.weir.appliance.config.HostConfig.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Gives the guests of a hypervisor their virtual addresses, and sees that they keep them. Its end takes nothing away, as
 * traffic must not suffer from it; a guest or a service that leaves the file gives its address back, also when it left while
 * nobody ran.
 */
public final class HostAgent implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final StatusFile file;
    private final StatusBoard board;
    private final ScheduledThreadPoolExecutor clock;
    private final Map<String, Reconciler> reconcilers = new HashMap<>();

    private HostAgent(String host, StatusFile file, GuestReports reports) {
        this.file = file;
        this.board = new StatusBoard(host, file, reports);
        this.clock = clock();
    }

    /** The thread that ends what takes too long. */
    static ScheduledThreadPoolExecutor clock() {
        final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("weir-guest-clock").factory());
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    /**
     * Starts it.
     *
     * @param config what the guests should be
     * @param reports hears what happens
     * @return it, running
     * @throws IOException if another one is running, or the status file cannot be read or written
     * @throws InterruptedException if the caller is
     */
    public static HostAgent start(HostConfig config, GuestReports reports) throws IOException, InterruptedException {
        final StatusFile file = StatusFile.take(config.status());
        try {
            final HostStatus last = Files.exists(config.status())
                    ? StatusFile.read(config.status())
                    : new HostStatus(config.name(), List.of());
            final HostAgent agent = new HostAgent(config.name(), file, reports);
            file.write(last);
            agent.face(config, pending(last));
            return agent;
        } catch (final IOException e) {
            file.close();
            throw e;
        }
    }

    /** What stood before nobody looked, is to be looked at. */
    private static HostStatus pending(HostStatus last) {
        return new HostStatus(
                last.host(),
                last.guests().stream()
                        .map(guest -> guest.in(GuestState.PENDING))
                        .toList());
    }

    /** {@return where the guests stand} */
    public HostStatus status() {
        return board.status();
    }

    private void face(HostConfig config, HostStatus last) throws InterruptedException {
        final Map<String, GuestStatus> before = new HashMap<>();
        last.guests().forEach(guest -> before.put(guest.port(), guest));
        for (final Guest guest : config.guests()) {
            final GuestStatus status =
                    Optional.ofNullable(before.remove(guest.port())).orElse(GuestStatus.unknown(guest.port()));
            if (guest.agent().isPresent()) {
                look(new Reconciler.Task(guest, config, false), status);
            } else {
                leaveAlone(guest, status);
            }
        }
        for (final GuestStatus gone : before.values()) {
            if (gone.ours().isEmpty() || gone.agent().isEmpty()) {
                leaveAlone(remembered(gone), gone);
                board.remove(gone.port());
            } else {
                look(new Reconciler.Task(remembered(gone), config, true), gone);
            }
        }
    }

    private void look(Reconciler.Task task, GuestStatus status) {
        final String port = task.guest().port();
        final Reconciler there = reconcilers.get(port);
        if (there == null || !there.change(task)) {
            final Reconciler reconciler =
                    new Reconciler(task, status.facing(task.guest(), task.leaving()), clock, board);
            reconcilers.put(port, reconciler);
            reconciler.start();
        }
    }

    /** A guest without a guest agent: it keeps what it has. */
    private void leaveAlone(Guest guest, GuestStatus status) throws InterruptedException {
        final Reconciler there = reconcilers.remove(guest.port());
        if (there != null) {
            there.stop();
            there.join(PATIENCE);
        }
        board.put(status.facing(guest, false).in(GuestState.UNMANAGED));
    }

    /** A guest of which only the status knows. */
    static Guest remembered(GuestStatus status) {
        final String system = status.facts().system().toUpperCase(Locale.ROOT);
        final boolean known = List.of(GuestConfiguration.values()).stream()
                .anyMatch(c -> c.name().equals(system));
        final String device = status.facts().device();
        return new Guest(
                status.port(),
                status.agent(),
                device.isEmpty() ? Optional.empty() : Optional.of(device),
                known ? GuestConfiguration.valueOf(system) : GuestConfiguration.NONE,
                new TreeSet<>(),
                new TreeSet<>());
    }

    /**
     * Has the guests become something else.
     *
     * @param config what they should be from now on; the status file stays
     * @throws InterruptedException if the caller is
     */
    public synchronized void reload(HostConfig config) throws InterruptedException {
        face(config, board.status());
    }

    /** Ends it. Guests keep what they have. */
    @Override
    public synchronized void close() throws IOException {
        final List<Reconciler> all = List.copyOf(reconcilers.values());
        all.forEach(Reconciler::stop);
        final long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (final Reconciler reconciler : all) {
                reconciler.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clock.shutdownNow();
        file.close();
    }
}
