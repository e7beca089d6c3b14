package io.weir.appliance.guest;

import io.weir.appliance.config.Choices.GuestConfiguration;
import io.weir.appliance.guest.GuestException.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What configures a device of a guest. A program that runs and says which file it used decides; where none does, the files
 * do, the more particular ones first.
 *
 * @param device its name
 * @param facts what {@link Scripts#DETECT} has found: a fact that is not there is an empty text
 */
record Detection(String device, Map<String, String> facts) {
    private static final String NETPLAN = "netplan-";
    private static final String KEYFILES = "/etc/NetworkManager/system-connections/";

    /** Looks at a guest. */
    static Detection of(GuestCommands guest, String device) throws GuestException {
        final Outcome outcome =
                GuestCommands.must(guest.script(Scripts.DETECT, device), "finding out what configures " + device);
        final Map<String, String> facts = new HashMap<>();
        for (final String line : outcome.output().split("\n", -1)) {
            final int equals = line.indexOf('=');
            if (equals > 0) {
                facts.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new Detection(device, facts);
    }

    private String fact(String name) {
        return facts.getOrDefault(name, "");
    }

    /**
     * The system that is to keep addresses.
     *
     * @param wanted which; {@link GuestConfiguration#AUTO}: the one that the guest uses
     * @throws GuestException if the guest has none, or not the wanted one
     */
    NetworkConfiguration choose(GuestConfiguration wanted) throws GuestException {
        final Optional<NetworkConfiguration> found = switch (wanted) {
            case AUTO -> running().or(this::lying);
            case NETWORKD -> networkd(fact("networkd-now")).or(() -> networkd(fact("networkd")));
            case NETPLAN -> Optional.of(netplan());
            case IFUPDOWN -> Optional.of(ifupdown());
            case NETWORKMANAGER -> keyfile(fact("networkmanager-now")).or(() -> keyfile(fact("networkmanager")));
            case IFCFG -> ifcfg(fact("ifcfg"));
            case NONE -> throw new IllegalArgumentException("nothing is to be kept");
        };
        return found.orElseThrow(() -> new GuestException(
                Kind.UNSUITED,
                wanted == GuestConfiguration.AUTO
                        ? "nothing that is known here configures " + device + " in the guest"
                        : "the guest has no file of the wanted system for " + device));
    }

    private Optional<NetworkConfiguration> running() throws GuestException {
        final String profile = fact("networkmanager-now");
        if (isNetplan(fact("networkd-now")) || isNetplan(profile)) {
            return Optional.of(netplan());
        }
        return networkd(fact("networkd-now")).or(() -> keyfile(profile)).or(() -> ifcfg(profile));
    }

    private Optional<NetworkConfiguration> lying() {
        if (!fact("ifupdown").isEmpty()) {
            return Optional.of(ifupdown());
        }
        if (!fact("netplan").isEmpty()) {
            return Optional.of(netplan());
        }
        return ifcfg(fact("ifcfg")).or(() -> keyfile(fact("networkmanager"))).or(() -> networkd(fact("networkd")));
    }

    private static boolean isNetplan(String file) {
        return file.startsWith("/run/") && file.contains(NETPLAN);
    }

    private static Optional<NetworkConfiguration> networkd(String file) {
        return file.matches("/[\\w.@:/+-]+\\.network") ? Optional.of(new Networkd(file)) : Optional.empty();
    }

    private NetworkConfiguration netplan() {
        final String kind = fact("netplan").matches("[a-z-]+") ? fact("netplan") : "ethernets";
        final String id = fact("netplan-id").matches("[\\w.@:+-]+") ? fact("netplan-id") : device;
        final boolean networkd = fact("networkmanager-now").isEmpty()
                && !fact("netplan-renderer").contains("NetworkManager");
        return new Netplan(kind, id, networkd);
    }

    private NetworkConfiguration ifupdown() {
        return new Ifupdown(device, fact("ifupdown-sources").matches("[1-9]\\d*"));
    }

    private static Optional<NetworkConfiguration> keyfile(String file) {
        return file.startsWith(KEYFILES) && !file.contains("/../") ? Optional.of(new Keyfile(file)) : Optional.empty();
    }

    private static Optional<NetworkConfiguration> ifcfg(String file) {
        return file.startsWith("/etc/sysconfig/") ? Optional.of(new Ifcfg(file)) : Optional.empty();
    }
}
