package io.weir.appliance.guest;

import io.weir.appliance.config.Choices.GuestConfiguration;
import io.weir.appliance.config.HostConfig.Guest;
import io.weir.appliance.guest.GuestException.Kind;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One look at a guest, and whatever it takes until it has the virtual addresses that it should have and none that it should
 * not: first on its device, then in its configuration. Done again it changes nothing.
 *
 * <p>An address that the guest has already, and not from us, is its owner's: it is neither kept nor ever taken away.
 */
final class GuestPass {
    private static final List<String> FILES =
            List.of("guest-file-open", "guest-file-read", "guest-file-write", "guest-file-flush", "guest-file-close");

    private final GuestCommands commands;
    private final Guest guest;
    private final SortedSet<IpAddress> ours;
    private final Claim claim;

    /** Remembers addresses before a guest is given them. */
    @FunctionalInterface
    interface Claim {
        /**
         * @param addresses that it will have from us
         * @param device the guest's, for them
         * @throws GuestException if they cannot be remembered; then they are not given
         */
        void claim(SortedSet<IpAddress> addresses, String device) throws GuestException;
    }

    /**
     * What a pass has come to.
     *
     * @param facts what was seen
     * @param ours the addresses that the guest has from us now, or may have still
     * @param problem why they would not survive its restart; empty: they would, or need not
     */
    record Result(GuestFacts facts, SortedSet<IpAddress> ours, String problem) {}

    /**
     * @param commands the guest's
     * @param guest what it should be
     * @param remembered addresses that it has from us, as far as we remember
     * @param claim remembers more
     */
    GuestPass(GuestCommands commands, Guest guest, SortedSet<IpAddress> remembered, Claim claim) {
        this.commands = commands;
        this.guest = guest;
        this.ours = new TreeSet<>(remembered);
        this.claim = claim;
    }

    /** Whether the guest has what it should have; changes nothing. */
    boolean isDone() throws GuestException {
        return missing(commands.interfaces()).isEmpty();
    }

    /** What the guest is; changes nothing. The problem is whatever would keep it from being configured. */
    Result look() throws GuestException {
        return pass(false);
    }

    Result run() throws GuestException {
        return pass(true);
    }

    private Result pass(boolean change) throws GuestException {
        final GuestInfo info = commands.info();
        final String os = info.commands().contains("guest-get-osinfo") ? commands.os() : "";
        refuseIfLacking(info, GuestCommands.NEEDED);
        final List<GuestInterface> before = commands.interfaces();
        final String device = device(before);
        Kept kept = null;
        String problem = "";
        try {
            kept = kept(info, device);
        } catch (final GuestException e) {
            problem = keptApart(e);
        }
        if (kept != null) {
            ours.addAll(kept.addresses());
        }
        if (change) {
            give(before, device);
            problem = kept == null ? problem : keep(kept);
        }
        final List<GuestInterface> after = change ? commands.interfaces() : before;
        if (change) {
            verify(after);
        }
        final SortedSet<IpAddress> present = new TreeSet<>(guest.wanted());
        present.removeAll(missing(after));
        if (change && problem.isEmpty()) {
            ours.retainAll(guest.wanted());
        }
        final GuestFacts facts = new GuestFacts(
                info.version(),
                os,
                device,
                present,
                kept == null ? "" : kept.system(),
                kept == null ? "" : GuestException.oneLine(kept.path()));
        return new Result(facts, ours, problem);
    }

    private static void refuseIfLacking(GuestInfo info, List<String> needed) throws GuestException {
        final List<String> lacking = info.lacks(needed);
        if (!lacking.isEmpty()) {
            throw new GuestException(
                    Kind.REFUSED,
                    "the guest agent does not allow " + String.join(", ", lacking)
                            + " (its option --block-rpcs, or --allow-rpcs)");
        }
    }

    private String device(List<GuestInterface> devices) throws GuestException {
        final String wanted = guest.device().orElse(null);
        for (final GuestInterface device : devices) {
            final boolean fits = wanted == null
                    ? device.addresses().stream().anyMatch(guest.own()::contains)
                    : device.name().equals(wanted);
            if (fits) {
                return device.name();
            }
        }
        throw new GuestException(
                Kind.UNSUITED,
                wanted == null
                        ? "no device of the guest has " + text(guest.own())
                        : "the guest has no device " + wanted);
    }

    /** The configuration; null where nothing is to be kept. */
    private Kept kept(GuestInfo info, String device) throws GuestException {
        if (guest.configuration() == GuestConfiguration.NONE) {
            return null;
        }
        refuseIfLacking(info, FILES);
        return Kept.look(commands, device, guest.configuration());
    }

    /** A problem with the configuration alone; others end the pass. */
    private static String keptApart(GuestException e) throws GuestException {
        if (e.kind() == Kind.FAILED || e.kind() == Kind.REFUSED || e.kind() == Kind.UNSUITED) {
            return e.getMessage();
        }
        throw e;
    }

    private String keep(Kept kept) throws GuestException {
        final SortedSet<IpAddress> addresses = new TreeSet<>(ours);
        addresses.retainAll(guest.wanted());
        try {
            kept.change(addresses, ours);
            return "";
        } catch (final GuestException e) {
            return keptApart(e);
        }
    }

    private void give(List<GuestInterface> devices, String device) throws GuestException {
        for (final IpAddress address : surplus()) {
            for (final GuestInterface holder : devices) {
                if (holder.addresses().contains(address)) {
                    address("del", address, holder.name());
                }
            }
        }
        final SortedSet<IpAddress> missing = missing(devices);
        if (!missing.isEmpty()) {
            ours.addAll(missing);
            claim.claim(ours, device);
        }
        for (final IpAddress address : missing) {
            address("add", address, device);
        }
        for (final IpAddress address : guest.wanted()) {
            if (!address.isV4() && ours.contains(address) && !missing.contains(address)) {
                deprecate(address);
            }
        }
    }

    /** The guest is not to use it for connections of its own; not every system's configuration can say so. */
    private void deprecate(IpAddress address) throws GuestException {
        final String shown = commands.run(
                        "ip", "-6", "-o", "address", "show", "to", NetworkConfiguration.prefixed(address))
                .output();
        final String[] words = shown.strip().split("\\s+");
        if (words.length > 1 && !shown.contains(" deprecated")) {
            address("change", address, words[1]);
        }
    }

    private void address(String verb, IpAddress address, String device) throws GuestException {
        final List<String> words =
                new ArrayList<>(List.of("ip", "address", verb, NetworkConfiguration.prefixed(address), "dev", device));
        if (!address.isV4() && !verb.equals("del")) {
            words.addAll(List.of("nodad", "preferred_lft", "0"));
        }
        GuestCommands.must(commands.run(words.toArray(String[]::new)), String.join(" ", words));
    }

    private SortedSet<IpAddress> surplus() {
        final SortedSet<IpAddress> surplus = new TreeSet<>(ours);
        surplus.removeAll(guest.wanted());
        return surplus;
    }

    private SortedSet<IpAddress> missing(List<GuestInterface> devices) {
        final SortedSet<IpAddress> missing = new TreeSet<>(guest.wanted());
        devices.forEach(device -> missing.removeAll(device.addresses()));
        return missing;
    }

    private void verify(List<GuestInterface> devices) throws GuestException {
        final SortedSet<IpAddress> missing = missing(devices);
        if (!missing.isEmpty()) {
            throw new GuestException(Kind.FAILED, "the guest has lost " + text(missing) + " at once");
        }
        for (final GuestInterface device : devices) {
            for (final IpAddress address : surplus()) {
                if (device.addresses().contains(address)) {
                    throw new GuestException(Kind.FAILED, device.name() + " still has " + address);
                }
            }
        }
    }

    private static String text(SortedSet<IpAddress> addresses) {
        return addresses.stream().map(IpAddress::toString).collect(Collectors.joining(", "));
    }
}
