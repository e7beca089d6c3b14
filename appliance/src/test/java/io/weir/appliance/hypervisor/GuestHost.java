package io.weir.appliance.hypervisor;

import io.weir.appliance.OwnProgram;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.guest.GuestMachine;
import io.weir.appliance.guest.GuestState;
import io.weir.appliance.guest.HostStatus;
import io.weir.appliance.guest.StatusFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A host of the overlay with guests on its switch, and {@code weir host}, which gives them their virtual addresses. */
final class GuestHost implements AutoCloseable {
    private static final String START = """
            mkdir -p /run/network
            ifup -a
            nginx -c %1$s/nginx.conf -e %1$s/error.log
            """;

    private final Overlay overlay;
    private final int number;
    private final Path directory;
    private final Path file;
    private final Map<String, GuestMachine> guests = new LinkedHashMap<>();
    private NodeProcess agent;

    GuestHost(Overlay overlay, int number, Path directory) {
        this.overlay = overlay;
        this.number = number;
        this.directory = directory;
        this.file = directory.resolve("h" + number + ".properties");
        overlay.ovs(number).connect(Balancers.controllers()); // here, as the first controller empties the tables
    }

    /**
     * A virtual machine with a web server on some ports, which says its name. Its owner has set up nothing but that and the
     * machine's own address.
     *
     * @param number the last part of its address
     */
    GuestMachine guest(int number, List<Integer> ports) throws IOException {
        String name = "g" + number;
        GuestMachine guest = GuestMachine.create(
                name, namespace -> overlay.wire(this.number, name, "02:00:00:00:02:%02x".formatted(number), namespace));
        guests.put(name, guest);
        guest.write("network/interfaces", """
                auto eth0
                iface eth0 inet static
                    address 10.10.1.%1$d/24
                iface eth0 inet6 static
                    address fd00::%1$x/64
                    dad-attempts 0
                source /etc/network/interfaces.d/*
                """.formatted(number));
        Path home = Files.createDirectories(directory.resolve(name));
        StringBuilder listen = new StringBuilder();
        ports.forEach(port -> listen.append("listen 0.0.0.0:%d; listen [::]:%d; ".formatted(port, port)));
        Files.write(home.resolve("large"), new byte[1 << 20]);
        Files.writeString(home.resolve("nginx.conf"), """
                user root; worker_processes 1; pid %1$s/pid; error_log %1$s/error.log;
                events { worker_connections 1024; }
                http {
                  access_log off; default_type text/plain; keepalive_requests 1000000; keepalive_timeout 300s;
                  client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                  uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                  server { %2$s
                    location ~ ^/echo/(?<question>.*)$ { return 200 "%3$s $question"; }
                    location = /large { root %1$s; }
                    location / { return 200 "%3$s"; } }
                }
                """.formatted(home, listen, name));
        start(name);
        return guest;
    }

    /** Turns a guest on, and adds its port to the switch. */
    void start(String name) {
        guests.get(name).start(START.formatted(directory.resolve(name)));
        overlay.ovs(number).addPort(name);
    }

    /** Turns a guest off without a word to it; its port goes, too. */
    void stop(String name) {
        guests.get(name).stop();
        overlay.ovs(number).removePort(name);
    }

    /** Starts {@code weir host run}. */
    void launch(String services) throws IOException {
        write(services);
        agent = NodeProcess.launch(overlay.host(number), command("run"));
    }

    private void write(String services) throws IOException {
        StringBuilder text = new StringBuilder("""
                host.name = h%d
                host.status = %s
                host.interval = 1s
                host.backoff = 1s
                host.timeout = 30s
                """.formatted(number, status()));
        guests.forEach((name, guest) -> text.append("host.guest.%s.agent = %s\n".formatted(name, guest.socket())));
        Files.writeString(file, text.append(Overlay.hypervisors()).append(services));
    }

    private Path status() {
        return directory.resolve("h" + number + ".json");
    }

    /** The words of {@code weir host ACTION FILE}. */
    List<String> command(String action) {
        return OwnProgram.command(
                List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx64m", "-ea"),
                List.of("host", action, file.toString()));
    }

    /** Gives it other services while it runs. */
    void reload(String services) throws IOException {
        write(services);
        agent.signal("HUP");
    }

    /** Ends {@code weir host run}. */
    int end() {
        return agent.terminate();
    }

    /** Waits until every guest has its addresses, and keeps them. */
    void awaitConfigured() throws InterruptedException {
        agent.awaitReady();
        Overlay.await(
                () -> {
                    HostStatus status = known();
                    return status.guests().size() == guests.size()
                            && status.guests().stream().allMatch(guest -> guest.state() == GuestState.CONFIGURED);
                },
                this::story);
    }

    private HostStatus known() {
        try {
            return StatusFile.read(status());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a failure's message. */
    String story() {
        List<String> text = new ArrayList<>();
        if (agent != null) {
            text.add("weir host said:\n" + agent.log());
        }
        guests.forEach((name, guest) -> text.add(name + ": " + guest.addresses()));
        return String.join("\n", text);
    }

    @Override
    public void close() {
        if (agent != null && agent.isAlive()) {
            agent.kill();
        }
        guests.values().forEach(GuestMachine::close);
    }
}
