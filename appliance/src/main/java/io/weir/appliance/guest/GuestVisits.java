package io.weir.appliance.guest;

import io.weir.appliance.config.HostConfig;
import io.weir.appliance.config.HostConfig.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** All guests of a hypervisor, visited once, at the same time. */
public final class GuestVisits {
    private GuestVisits() {}

    @FunctionalInterface
    private interface Visit {
        GuestStatus visit(Guest guest, GuestStatus before, ScheduledThreadPoolExecutor clock);
    }

    /**
     * Asks guests what they are; changes nothing.
     *
     * @param config what they should be
     * @return what they are
     * @throws IOException if the status file is there and cannot be read
     * @throws InterruptedException if the caller is
     */
    public static List<GuestStatus> look(HostConfig config) throws IOException, InterruptedException {
        final Map<String, GuestStatus> known = known(config);
        final List<GuestStatus> before = new ArrayList<>();
        for (final Guest guest : config.guests()) {
            before.add(known.getOrDefault(guest.port(), GuestStatus.unknown(guest.port()))
                    .in(GuestState.PENDING)
                    .facing(guest, false));
        }
        return all(config.guests(), before, (guest, status, clock) -> {
            if (guest.agent().isEmpty()) {
                return status.in(GuestState.UNMANAGED);
            }
            try (GuestAgent agent = GuestAgent.open(guest.agent().get(), clock, config.timeout())) {
                final GuestPass.Result seen = pass(agent, guest, status, config).look();
                final boolean has = seen.facts().present().containsAll(guest.wanted());
                final GuestStatus now = status.seen(seen, Instant.now());
                return has || now.state() != GuestState.CONFIGURED ? now : now.in(GuestState.PENDING);
            } catch (final GuestException e) {
                return status.failed(e.getMessage(), Instant.now());
            }
        });
    }

    /**
     * Takes all addresses of ours away from guests, those of the file and those of the status.
     *
     * @param config where they are
     * @return where they stand after it: without error, and nothing of ours left, where it was done
     * @throws IOException if {@code weir host} is running, or the status file cannot be read or written
     * @throws InterruptedException if the caller is
     */
    public static List<GuestStatus> remove(HostConfig config) throws IOException, InterruptedException {
        try (StatusFile file = StatusFile.take(config.status())) {
            final Map<String, GuestStatus> known = known(config);
            for (final Guest guest : config.guests()) {
                known.putIfAbsent(guest.port(), GuestStatus.unknown(guest.port()));
            }
            final Map<String, Guest> configured = new LinkedHashMap<>();
            config.guests().forEach(guest -> configured.put(guest.port(), guest));
            final List<Guest> guests = new ArrayList<>();
            final List<GuestStatus> before = new ArrayList<>();
            known.forEach((port, status) -> {
                final Guest guest = configured.getOrDefault(port, HostAgent.remembered(status));
                if (guest.agent().isPresent()) {
                    final Guest empty = without(guest);
                    guests.add(empty);
                    before.add(status.in(GuestState.LEAVING).facing(empty, true));
                }
            });
            final List<GuestStatus> after = all(guests, before, (guest, status, clock) -> {
                try (GuestAgent agent = GuestAgent.open(guest.agent().orElseThrow(), clock, config.timeout())) {
                    return status.seen(pass(agent, guest, status, config).run(), Instant.now());
                } catch (final GuestException e) {
                    return status.failed(e.getMessage(), Instant.now());
                }
            });
            after.forEach(guest -> known.put(guest.port(), guest));
            known.values().removeIf(guest -> guest.ours().isEmpty());
            file.write(new HostStatus(config.name(), List.copyOf(known.values())));
            return after;
        }
    }

    private static Guest without(Guest guest) {
        return new Guest(
                guest.port(), guest.agent(), guest.device(), guest.configuration(), guest.own(), new TreeSet<>());
    }

    private static GuestPass pass(GuestAgent agent, Guest guest, GuestStatus status, HostConfig config) {
        final GuestCommands commands = new GuestCommands(agent, config.timeout());
        return new GuestPass(commands, guest, status.ours(), (addresses, device) -> {
            throw new IllegalStateException("nothing is given here");
        });
    }

    private static Map<String, GuestStatus> known(HostConfig config) throws IOException {
        final Map<String, GuestStatus> known = new LinkedHashMap<>();
        if (Files.exists(config.status())) {
            StatusFile.read(config.status()).guests().forEach(guest -> known.put(guest.port(), guest));
        }
        return known;
    }

    private static List<GuestStatus> all(List<Guest> guests, List<GuestStatus> before, Visit visit)
            throws InterruptedException {
        final ScheduledThreadPoolExecutor clock = HostAgent.clock();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final List<Future<GuestStatus>> visits = new ArrayList<>();
            for (int i = 0; i < guests.size(); i++) {
                final Guest guest = guests.get(i);
                final GuestStatus status = before.get(i);
                visits.add(threads.submit(() -> visit.visit(guest, status, clock)));
            }
            final List<GuestStatus> after = new ArrayList<>();
            for (final Future<GuestStatus> future : visits) {
                after.add(future.get());
            }
            return after;
        } catch (final ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            clock.shutdownNow();
        }
    }
}
