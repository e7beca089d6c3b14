package io.weir.appliance.hypervisor;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.timeout.IdleStateHandler;
import io.weir.appliance.config.Choices.FlowMode;
import io.weir.appliance.config.HypervisorsConfig;
import io.weir.appliance.config.HypervisorsConfig.Host;
import io.weir.appliance.net.IoThread;
import io.weir.appliance.net.Sockets;
import io.weir.engine.worker.FlowNews;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The OpenFlow controller of the hypervisors' switches. It listens, as switches connect; each connection is a
 * {@link SwitchSession}. Switches keep their entries when a connection ends ({@code fail-mode secure}), whatever becomes of
 * the node.
 *
 * <p>The control thread says what is wanted; everything else happens on the I/O thread, but for statuses, which are
 * immutable and replaced there, and read by any thread.
 */
public final class HypervisorController implements AutoCloseable, Sessions {
    private static final int CONNECTIONS = 1024;
    private static final int MESSAGE = 65_535;
    private static final int QUIET_S = 5;
    private static final long STOP_MS = 5_000;
    private static final int HEAR_MS = 1;
    private static final int MAX_IDLE_S = 0xffff;

    private final HypervisorsConfig config;
    private final EventLoop loop;
    private final Consumer<String> reports;
    private final ChannelGroup connections;
    private final Map<String, HypervisorStatus> statuses = new ConcurrentHashMap<>();
    private final Map<Long, Host> hosts = new LinkedHashMap<>();

    /** The I/O thread's. */
    private final Map<Host, SwitchSession> sessions = new HashMap<>();

    /** Set by the control thread; null until somebody wants something. */
    private volatile Wanted wanted;

    private final Map<Host, HostClients> clients = new HashMap<>();
    private final FlowReader flows;
    private final int idleSeconds;
    private final SslContext tls; // null: plain TCP

    /** The I/O thread's: what it has looked at. */
    private Wanted seen;

    private Channel listening;
    private Future<?> turns;

    private HypervisorController(
            HypervisorsConfig config, IoThread io, Consumer<String> reports, List<FlowNews> news, Duration longestIdle)
            throws IOException {
        this.config = config;
        this.tls = config.tls().isPresent() ? tls(config.tls().get()) : null;
        this.idleSeconds = Math.clamp(longestIdle.toSeconds() * 11 / 10 + 1, 1, MAX_IDLE_S);
        this.loop = io.loop();
        this.reports = reports;
        this.connections = new DefaultChannelGroup(loop, true);
        config.hosts().forEach(host -> {
            hosts.put(host.datapath(), host);
            statuses.put(host.name(), HypervisorStatus.never(host.name(), Instant.now()));
        });
        Map<IpAddress, HostClients> byAddress = new HashMap<>();
        if (config.flows() == FlowMode.CLIENT) {
            config.hosts().forEach(host -> {
                clients.put(host, new HostClients());
                byAddress.put(host.address(), clients.get(host));
            });
        }
        this.flows = new FlowReader(news, byAddress);
    }

    /**
     * Listens, in the calling thread's network namespace. Switches are asked who they are, and nothing else until
     * {@link #want}.
     *
     * @param config which hypervisors, and where to listen
     * @param io the thread that serves
     * @param reports told what operators should know
     * @param news of the workers' flows; heard under {@code hypervisor.flows = client} alone
     * @param longestIdle so long a connection may be idle at most
     * @throws IOException when the address is taken, or cannot be had
     */
    public static HypervisorController listen(
            HypervisorsConfig config, IoThread io, Consumer<String> reports, List<FlowNews> news, Duration longestIdle)
            throws IOException {
        HypervisorController controller = new HypervisorController(config, io, reports, news, longestIdle);
        ChannelFuture bound = new ServerBootstrap()
                .group(controller.loop)
                .channel(io.transport().server())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        controller.begin(channel);
                    }
                })
                .bind(Sockets.address(config.listen()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "openflow.listen = %s: cannot listen there: %s"
                            .formatted(config.listen(), bound.cause().getMessage()),
                    bound.cause());
        }
        controller.listening = bound.channel();
        if (config.flows() == FlowMode.CLIENT) {
            controller.turns =
                    controller.loop.scheduleWithFixedDelay(controller::turn, HEAR_MS, HEAR_MS, TimeUnit.MILLISECONDS);
        }
        return controller;
    }

    private static SslContext tls(HypervisorsConfig.Tls files) throws IOException {
        try {
            return SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .trustManager(files.authority().toFile())
                    .clientAuth(ClientAuth.REQUIRE)
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "openflow.tls.…: %s, %s and %s do not make TLS: %s; PEM files, of the key in PKCS #8, are right"
                            .formatted(files.certificate(), files.key(), files.authority(), reason(e)),
                    e);
        }
    }

    private static String reason(Throwable e) {
        return e.getCause() == null
                ? e.getMessage()
                : e.getMessage() + " (" + e.getCause().getMessage() + ")";
    }

    private void begin(Channel channel) {
        if (connections.size() >= CONNECTIONS) {
            channel.close();
            return;
        }
        connections.add(channel);
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline()
                .addLast(
                        new LengthFieldBasedFrameDecoder(MESSAGE, 2, 2, -4, 0),
                        new IdleStateHandler(QUIET_S, 0, 0, TimeUnit.SECONDS),
                        new SwitchSession(this));
    }

    /** Any thread: something else is wanted from now on. */
    public void want(Wanted next) {
        wanted = next; // before the workers know of it: no flow names a server that is not there
        loop.execute(() -> {
            takeIn();
            List.copyOf(sessions.values()).forEach(SwitchSession::look);
        });
    }

    /** What is wanted of flows that are heard of from now on. */
    private void takeIn() {
        Wanted now = wanted;
        if (now == null || now == seen) {
            return;
        }
        boolean newTerm = seen == null || seen.generation() != now.generation();
        seen = now;
        clients.forEach((host, its) -> {
            its.calls().outlets(HypervisorFlows.forClients(config, host, now.services()));
            if (newTerm) {
                its.calls().forgetInherited(); // the switches know what another node has made of them
            }
        });
    }

    @Override
    public void hear() {
        takeIn();
        if (seen != null) {
            flows.drain(seen.seats());
        }
    }

    private void turn() {
        hear();
        long now = System.nanoTime();
        sessions.forEach((host, session) -> {
            clients.get(host).early().look(now);
            session.settle();
        });
    }

    @Override
    public HostClients clients(Host host) {
        return clients.get(host);
    }

    @Override
    public int idleSeconds() {
        return idleSeconds;
    }

    /** Any thread: where the switches stand, in the file's order. */
    public List<HypervisorStatus> statuses() {
        return config.hosts().stream().map(host -> statuses.get(host.name())).toList();
    }

    /** Where it listens. */
    SocketAddress address() {
        return listening.localAddress();
    }

    @Override
    public Host claim(long datapath, SwitchSession session) {
        Host host = hosts.get(datapath);
        if (host == null) {
            reports.accept(
                    "a switch with the datapath id %016x has connected, and no hypervisor has it".formatted(datapath));
            return null;
        }
        SwitchSession before = sessions.put(host, session);
        if (before != null) {
            before.close("the switch has connected again");
        }
        statuses.compute(
                host.name(),
                (name, last) -> new HypervisorStatus(
                        name,
                        true,
                        "none",
                        Instant.now(),
                        0,
                        0,
                        last.connects() + 1,
                        List.of(),
                        last.lastError(),
                        last.clients()));
        reports.accept("hypervisor %s has connected".formatted(host.name()));
        return host;
    }

    @Override
    public Wanted wanted() {
        return wanted;
    }

    @Override
    public HypervisorFlows.Wanted entries(Host host, Wanted now, Map<String, Integer> ports) {
        return HypervisorFlows.of(config, host, now.services(), now.balancer(), ports);
    }

    @Override
    public int owner() {
        return config.cookie();
    }

    @Override
    public void report(SwitchSession session, HypervisorStatus status) {
        HypervisorStatus before = statuses.get(status.name());
        HypervisorStatus now = new HypervisorStatus(
                status.name(),
                true,
                status.role(),
                before.since(),
                status.wanted(),
                status.present(),
                before.connects(),
                status.missing(),
                status.lastError().isEmpty() ? before.lastError() : status.lastError(),
                status.clients());
        statuses.put(now.name(), now);
        if (!now.lastError().equals(before.lastError())) {
            reports.accept("hypervisor %s: %s".formatted(now.name(), now.lastError()));
        }
        if (!now.missing().equals(before.missing()) && !now.missing().isEmpty()) {
            reports.accept(
                    "hypervisor %s: its switch has no port %s".formatted(now.name(), String.join(", ", now.missing())));
        }
    }

    @Override
    public void ended(SwitchSession session, String why) {
        sessions.entrySet().removeIf(each -> {
            if (each.getValue() != session) {
                return false;
            }
            HostClients its = clients.get(each.getKey());
            if (its != null) {
                its.session(null);
            }
            statuses.computeIfPresent(each.getKey().name(), (name, last) -> last.gone(why, Instant.now()));
            reports.accept("hypervisor %s has gone: %s".formatted(each.getKey().name(), why));
            return true;
        });
    }

    /** Leaves the switches, which keep their entries. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly(STOP_MS);
        if (turns != null) {
            turns.cancel(false);
        }
        connections.close().awaitUninterruptibly(STOP_MS);
    }
}
