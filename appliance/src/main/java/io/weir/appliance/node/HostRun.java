package io.weir.appliance.node;

import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.HostAction;
import io.weir.appliance.cli.MachineException;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.HostConfig;
import io.weir.appliance.config.LoadedHost;
import io.weir.appliance.config.Setting;
import io.weir.appliance.guest.GuestReports;
import io.weir.appliance.guest.GuestState;
import io.weir.appliance.guest.GuestStatus;
import io.weir.appliance.guest.GuestVisits;
import io.weir.appliance.guest.HostAgent;
import io.weir.appliance.guest.HostStatus;
import io.weir.appliance.guest.StatusFile;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** {@code weir host}, on this machine. */
final class HostRun implements GuestReports {
    private final Reports reports = new Reports();
    private final LoadedHost loaded;
    private final HostConfig config;
    private final ConfigLoader loader;
    private final PrintWriter out;

    HostRun(LoadedHost loaded, ConfigLoader loader, PrintWriter out) {
        this.loaded = loaded;
        this.config = loaded.host();
        this.loader = loader;
        this.out = out;
    }

    int perform(HostAction action) throws Exception {
        return switch (action) {
            case RUN -> run();
            case CHECK -> check();
            case STATUS -> status(false);
            case STATUS_JSON -> status(true);
            case REMOVE -> remove();
        };
    }

    private int run() throws Exception {
        final CountDownLatch stop = new CountDownLatch(1);
        Signals.on("TERM", stop::countDown);
        Signals.on("INT", stop::countDown);
        try (HostAgent agent = HostAgent.start(config, this)) {
            if (!Signals.on("HUP", () -> reload(agent))) {
                reports.noReloads();
            }
            out.println("weir: ready on hypervisor %s, guests: %d"
                    .formatted(config.name(), config.guests().size()));
            out.flush();
            stop.await();
            reports.info("stopping; guests keep what they have");
        } catch (final IOException e) {
            throw new MachineException(e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    private void reload(HostAgent agent) {
        try {
            final LoadedHost next = loader.loadHost(config.file());
            next.warnings().forEach(w -> reports.warn(w.toString()));
            if (!next.host().name().equals(config.name())
                    || !next.host().status().equals(config.status())) {
                reports.warn("host.name and host.status are in effect at the next start; nothing was reloaded");
                return;
            }
            agent.reload(next.host());
            reports.info(
                    "reloaded " + config.file() + ": " + next.host().guests().size() + " guests");
        } catch (final ConfigurationException e) {
            e.problems().forEach(problem -> reports.warn(problem.toString()));
            reports.warn("nothing was reloaded: the guests stay as they are");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int check() throws IOException, InterruptedException {
        out.println("# effective configuration of " + config.file());
        for (final Setting setting : loaded.settings()) {
            out.println(setting.key() + " = " + setting.value() + (setting.isDefault() ? "    # default" : ""));
        }
        out.println();
        out.println("# guests of hypervisor " + config.name());
        final List<GuestStatus> guests = GuestVisits.look(config);
        guests.forEach(this::print);
        out.flush();
        final boolean good = guests.stream().allMatch(guest -> guest.error().isEmpty());
        return good ? ExitCode.OK : ExitCode.FAILED;
    }

    private int status(boolean json) throws IOException, MachineException {
        if (!Files.exists(config.status())) {
            throw new MachineException("weir host has never run here: there is no " + config.status());
        }
        final HostStatus status = StatusFile.read(config.status());
        final boolean running = StatusFile.isTaken(config.status());
        if (json) {
            out.print(status.json());
        } else {
            status.guests().forEach(this::print);
            if (!running) {
                out.println("weir host is not running; this is what it last saw");
            }
        }
        out.flush();
        final boolean good = status.guests().stream()
                .allMatch(g -> g.state() == GuestState.CONFIGURED || g.state() == GuestState.UNMANAGED);
        return running && good ? ExitCode.OK : ExitCode.FAILED;
    }

    private int remove() throws IOException, InterruptedException {
        final List<GuestStatus> guests = GuestVisits.remove(config);
        guests.forEach(this::print);
        out.flush();
        final boolean good = guests.stream()
                .allMatch(guest -> guest.ours().isEmpty() && guest.error().isEmpty());
        return good ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(GuestStatus guest) {
        out.printf(
                "%-15s %-11s %s%n", guest.port(), guest.state(), guest.error().isEmpty() ? seen(guest) : guest.error());
    }

    private static String seen(GuestStatus guest) {
        final SortedSet<IpAddress> missing = new TreeSet<>(guest.wanted());
        missing.removeAll(guest.facts().present());
        final StringBuilder text = new StringBuilder();
        if (!guest.facts().device().isEmpty()) {
            text.append("device ").append(guest.facts().device()).append(", ");
        }
        text.append("has ").append(text(guest.facts().present()));
        if (!missing.isEmpty()) {
            text.append(", lacks ").append(text(missing));
        }
        if (!guest.facts().system().isEmpty()) {
            text.append(", kept by ")
                    .append(guest.facts().system())
                    .append(" in ")
                    .append(guest.facts().file());
        }
        if (!guest.facts().version().isEmpty()) {
            text.append("; ")
                    .append(guest.facts().os())
                    .append(", guest agent ")
                    .append(guest.facts().version());
        }
        return text.toString();
    }

    private static String text(SortedSet<IpAddress> addresses) {
        return addresses.isEmpty()
                ? "none"
                : addresses.stream().map(IpAddress::toString).collect(Collectors.joining(" "));
    }

    @Override
    public void changed(GuestStatus before, GuestStatus now) {
        final String line = "guest %s: %s: %s"
                .formatted(now.port(), now.state(), now.error().isEmpty() ? seen(now) : now.error());
        if (now.error().isEmpty()) {
            reports.info(line);
        } else {
            reports.warn(line);
        }
    }

    @Override
    public void gone(GuestStatus guest) {
        reports.info("guest %s: has no virtual address of ours any more".formatted(guest.port()));
    }

    @Override
    public void unwritten(String why) {
        reports.warn(why);
    }
}
