package io.weir.appliance.config;

import static io.weir.appliance.config.Values.list;
import static io.weir.appliance.config.Values.matching;
import static io.weir.appliance.config.Values.oneOf;

import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys {@code openflow.…} and {@code hypervisor.…}. */
final class HypervisorKeys {
    private static final KeyRegister REGISTER = new KeyRegister();

    static final Key<Endpoint> LISTEN = REGISTER.key(
            "openflow.listen",
            "0.0.0.0:6653",
            "ADDRESS:PORT that the hypervisors' switches connect to; used only where there is a hypervisor",
            Endpoint::parse);
    static final Key<Integer> COOKIE = REGISTER.key(
            "openflow.cookie",
            "0x5745",
            "upper 16 bits of the cookies of the node's entries; the same on nodes that share their addresses",
            HypervisorKeys::cookie);
    static final Key<Choices.ArpAnswers> ARP = REGISTER.key(
            "hypervisor.arp",
            "answer",
            "questions for virtual addresses: answer (those of the switch's own ports), answer-all, drop",
            oneOf(Choices.ArpAnswers.class));
    static final Key<Choices.FlowMode> FLOWS = REGISTER.key(
            "hypervisor.flows",
            "service",
            "when entries for replies are made: service (before the first packet, for all clients), client (for each, with its first)",
            oneOf(Choices.FlowMode.class));
    static final Key<Long> DATAPATH = REGISTER.key(
            "hypervisor.<name>.datapath",
            null,
            "datapath id of its switch: ovs-vsctl get bridge NAME datapath_id",
            HypervisorKeys::datapath);
    static final Key<IpAddress> ADDRESS =
            REGISTER.key("hypervisor.<name>.address", null, "its own address", Values::hostAddress);
    static final Key<MacAddress> MAC =
            REGISTER.key("hypervisor.<name>.mac", null, "its own hardware address", MacAddress::parse);
    static final Key<List<String>> UPLINK = REGISTER.key(
            "hypervisor.<name>.uplink",
            null,
            "ports of its switch that lead to other machines",
            list(matching(Keys.DEVICE, "a device's name of at most 15 characters")));

    static final Key<Path> CERTIFICATE = REGISTER.key(
            "openflow.tls.certificate",
            null,
            "PEM file of the certificate that switches see; with it, they connect by TLS",
            Values::absolutePath);
    static final Key<Path> PRIVATE_KEY = REGISTER.key(
            "openflow.tls.key", null, "PEM file (PKCS #8) of the certificate's private key", Values::absolutePath);
    static final Key<Path> AUTHORITY = REGISTER.key(
            "openflow.tls.ca",
            null,
            "PEM file of the authorities whose certificates switches must show",
            Values::absolutePath);

    private HypervisorKeys() {}

    static List<Key<?>> all() {
        return REGISTER.all();
    }

    static HypervisorsConfig read(Settings settings) {
        final Set<String> names = new LinkedHashSet<>();
        for (final Key<?> key : List.of(DATAPATH, ADDRESS, MAC, UPLINK)) {
            settings.matching(key).keySet().forEach(k -> names.add(k.split("\\.", -1)[1]));
        }
        final List<HypervisorsConfig.Host> hosts = new ArrayList<>();
        for (final String name : names) {
            host(settings, name).ifPresent(hosts::add);
        }
        return new HypervisorsConfig(
                settings.get(LISTEN),
                settings.get(COOKIE),
                settings.get(ARP),
                settings.get(FLOWS),
                tls(settings),
                List.copyOf(hosts));
    }

    private static Optional<HypervisorsConfig.Tls> tls(Settings settings) {
        final List<Key<Path>> keys = List.of(CERTIFICATE, PRIVATE_KEY, AUTHORITY);
        if (keys.stream().noneMatch(settings::isSet)) {
            return Optional.empty();
        }
        boolean whole = true;
        for (final Key<Path> key : keys) {
            final Optional<Path> file = settings.find(key);
            if (!settings.isSet(key)) {
                settings.problems()
                        .error(key.name(), "", "is missing, beside other keys openflow.tls.…; " + key.meaning());
            } else if (file.isPresent() && !Files.isReadable(file.get())) {
                settings.problems().error(key.name(), file.get().toString(), "there is no file that can be read");
            }
            whole &= file.isPresent() && Files.isReadable(file.get());
        }
        return whole
                ? Optional.of(new HypervisorsConfig.Tls(
                        settings.find(CERTIFICATE).orElseThrow(),
                        settings.find(PRIVATE_KEY).orElseThrow(),
                        settings.find(AUTHORITY).orElseThrow()))
                : Optional.empty();
    }

    private static Optional<HypervisorsConfig.Host> host(Settings settings, String name) {
        for (final Key<?> key : List.of(DATAPATH, ADDRESS)) {
            if (!settings.isSet(key, name)) {
                settings.problems().error(key.name(name), "", "is missing; " + key.meaning() + " is right");
            }
        }
        final Optional<Long> datapath = settings.find(DATAPATH, name);
        final Optional<IpAddress> address = settings.find(ADDRESS, name);
        final Optional<MacAddress> mac = settings.find(MAC, name);
        final List<String> uplinks = settings.find(UPLINK, name).orElse(List.of());
        return datapath.flatMap(id -> address.map(own -> new HypervisorsConfig.Host(name, id, own, mac, uplinks)));
    }

    private static Integer cookie(String text) {
        if (!text.matches("0x[0-9a-fA-F]{1,4}") || Integer.parseInt(text.substring(2), 16) == 0) {
            throw new IllegalArgumentException("a number from 0x1 to 0xffff is right");
        }
        return Integer.parseInt(text.substring(2), 16);
    }

    private static Long datapath(String text) {
        final String digits = text.replaceFirst("^0x", "").replace(":", "").replace("\"", "");
        if (!digits.matches("[0-9a-fA-F]{1,16}") || Long.parseUnsignedLong(digits, 16) == 0) {
            throw new IllegalArgumentException("up to 16 hexadecimal digits, as in 0000525400123456, are right");
        }
        return Long.parseUnsignedLong(digits, 16);
    }
}
