package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Role;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads a properties file into a {@link NodeConfig}, or lists everything that is wrong with it. Touches nothing else. */
public final class ConfigLoader {
    private final HostFacts host;

    /**
     * Makes a loader.
     *
     * @param host what to know of the machine
     */
    public ConfigLoader(HostFacts host) {
        this.host = host;
    }

    /**
     * Reads and checks a file.
     *
     * @param file UTF-8, as {@link java.util.Properties} reads it
     * @return the configuration, with its warnings
     * @throws ConfigurationException if the file cannot be read or anything in it is wrong
     */
    public LoadedConfig load(Path file) throws ConfigurationException {
        final Problems problems = new Problems(file.toString());
        return load(file, texts(file, problems), problems);
    }

    /**
     * Reads and checks what a file, which may be a node's as well, says of the hypervisor that this machine is.
     *
     * @param file as for {@link #load}
     * @return the configuration, with its warnings
     * @throws ConfigurationException if the file cannot be read or anything in it is wrong
     */
    public LoadedHost loadHost(Path file) throws ConfigurationException {
        final Problems problems = new Problems(file.toString());
        final Settings settings = new Settings(texts(file, problems), problems);
        final NodeConfig node = assemble(file, settings);
        new HypervisorChecks(node, settings).run();
        final HostConfig config = new HostReader(node, settings).read(hostName().replaceFirst("\\..*", ""));
        refuse(problems);
        final List<Setting> settingsOfHost = settings.effective().stream()
                .filter(setting -> setting.key().startsWith("host."))
                .toList();
        return new LoadedHost(config, settingsOfHost, problems.warnings());
    }

    private Map<String, String> texts(Path file, Problems problems) throws ConfigurationException {
        try (Reader reader = new StringReader(text(file))) {
            return PropertiesText.read(reader, host.environment(), problems);
        } catch (final NoSuchFileException e) {
            problems.error("", "", "there is no such file");
        } catch (final AccessDeniedException e) {
            problems.error("", "", "this user may not read the file");
        } catch (final CharacterCodingException e) {
            problems.error("", "", "the file is not UTF-8");
        } catch (final IOException e) {
            problems.error("", "", "the file cannot be read: " + e.getMessage());
        }
        throw new ConfigurationException(problems.errors());
    }

    /**
     * Checks a configuration that differs from what its file says.
     *
     * @param before the configuration as it is
     * @param texts keys and values in its place; nothing is expanded
     * @return the configuration, with its warnings
     * @throws ConfigurationException if anything in it is wrong
     */
    public LoadedConfig change(LoadedConfig before, Map<String, String> texts) throws ConfigurationException {
        final Path file = before.node().file();
        return load(file, texts, new Problems(file.toString()));
    }

    private LoadedConfig load(Path file, Map<String, String> texts, Problems problems) throws ConfigurationException {
        final Settings settings = new Settings(texts, problems);
        final NodeConfig config = assemble(file, settings);
        new NodeChecks(config, host, settings).run();
        new ServiceChecks(config, settings).run();
        new TunnelChecks(config, settings).run();
        new HypervisorChecks(config, settings).run();
        NotAvailable.check(config, settings);
        refuse(problems);
        return new LoadedConfig(
                config,
                Collections.unmodifiableMap(new LinkedHashMap<>(texts)),
                settings.effective(),
                problems.warnings());
    }

    private static void refuse(Problems problems) throws ConfigurationException {
        if (!problems.errors().isEmpty()) {
            throw new ConfigurationException(problems.errors());
        }
    }

    private static String text(Path file) throws IOException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                .toString();
    }

    private NodeConfig assemble(Path file, Settings settings) {
        settings.refuseUnknownKeys();
        final String name = settings.getOr(Keys.NODE_NAME, hostName());
        return new NodeConfig(
                file,
                name,
                workers(settings),
                io(settings),
                settings.get(Keys.CONNECTIONS_CAPACITY),
                TimeoutKeys.read(settings),
                settings.get(Keys.FORWARD_TTL),
                settings.get(Keys.MAGLEV_TABLE_SIZE),
                services(settings),
                settings.get(Keys.VIP_REJECT),
                new NatConfig(settings.find(Keys.NAT_ADDRESSES).orElse(List.of()), settings.get(Keys.NAT_PORTS)),
                byRole(settings, Keys.GATEWAY),
                new ReconstructionConfig(
                        settings.get(Keys.RECONSTRUCT_RATE),
                        settings.get(Keys.RECONSTRUCT_REPLAY_RATE),
                        settings.get(Keys.REPLAY_WINDOW_SCALE),
                        settings.get(Keys.RECONSTRUCT_PROBE_TIMEOUT)),
                ha(settings),
                TunnelKeys.read(settings),
                HypervisorKeys.read(settings),
                new AdminConfig(settings.get(Keys.ADMIN_LISTEN), settings.find(Keys.ADMIN_TOKEN)),
                settings.getOr(Keys.COUNTERS_FILE, "/dev/shm/weir/" + name + "/counters"));
    }

    /** The host's name, or a part of it that is good for a directory's name. */
    private String hostName() {
        final String name = host.hostName().replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        return name.isEmpty() ? "weir" : name.substring(0, Math.min(63, name.length()));
    }

    private WorkerConfig workers(Settings settings) {
        final List<Integer> cores = host.cores();
        final List<Integer> allButFirst = cores.size() > 1 ? cores.subList(1, cores.size()) : cores;
        return new WorkerConfig(
                settings.getOr(Keys.WORKERS_CORES, CoreList.text(allButFirst)),
                settings.get(Keys.WORKERS_IDLE),
                settings.find(Keys.HA_CORE).map(OptionalInt::of).orElse(OptionalInt.empty()),
                settings.find(Keys.CONTROL_CORES).orElse(List.of()));
    }

    private static IoConfig io(Settings settings) {
        return new IoConfig(
                settings.get(Keys.IO_DRIVER),
                byRole(settings, Keys.IO_INTERFACE),
                settings.get(Keys.IO_BURST),
                settings.get(Keys.IO_RING_SIZE),
                settings.get(Keys.IO_FRAME_SIZE),
                settings.get(Keys.IO_XDP_MODE),
                settings.get(Keys.IO_XDP_ZERO_COPY),
                settings.get(Keys.IO_HUGEPAGES),
                settings.get(Keys.IO_EXCEPTION_DEVICE));
    }

    private static <T> Map<Role, T> byRole(Settings settings, Key<T> key) {
        final Map<Role, T> values = new EnumMap<>(Role.class);
        for (final Role role : Role.values()) {
            settings.find(key, Values.name(role)).ifPresent(v -> values.put(role, v));
        }
        return Collections.unmodifiableMap(values);
    }

    private static HaConfig ha(Settings settings) {
        return new HaConfig(
                settings.get(Keys.HA_MODE),
                new HaConfig.Vrrp(
                        settings.get(Keys.VRRP_ID),
                        settings.get(Keys.VRRP_INTERFACE),
                        settings.get(Keys.VRRP_PRIORITY),
                        settings.get(Keys.VRRP_ADVERTISE),
                        settings.get(Keys.VRRP_PREEMPT),
                        settings.get(Keys.VRRP_PREEMPT_DELAY),
                        settings.get(Keys.VRRP_PEERS),
                        settings.find(Keys.VRRP_TRACK).orElse(List.of())),
                new HaConfig.Bgp(
                        settings.get(Keys.BGP_TABLE), settings.get(Keys.BGP_METRIC), settings.get(Keys.BGP_DRAIN)),
                settings.get(Keys.HA_WATCHDOG));
    }

    private static List<ServiceConfig> services(Settings settings) {
        final List<ServiceConfig> services = new ArrayList<>();
        for (final String name : settings.services()) {
            new ServiceReader(settings, name).read().ifPresent(services::add);
        }
        return List.copyOf(services);
    }
}
