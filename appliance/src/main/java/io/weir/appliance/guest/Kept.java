package io.weir.appliance.guest;

import io.weir.appliance.config.Choices.GuestConfiguration;
import io.weir.appliance.guest.GuestException.Kind;
import io.weir.scheduler.IpAddress;
import java.util.SortedSet;

/** The virtual addresses that a guest's own network configuration has from us, and their change. */
final class Kept {
    private final GuestCommands guest;
    private final NetworkConfiguration configuration;
    private final GuestFile file;

    private Kept(GuestCommands guest, NetworkConfiguration configuration, GuestFile file) {
        this.guest = guest;
        this.configuration = configuration;
        this.file = file;
    }

    /**
     * Looks at a guest.
     *
     * @param device whose configuration it is
     * @param wanted the system that is to keep addresses
     * @throws GuestException if there is none, or its file cannot be read
     */
    static Kept look(GuestCommands guest, String device, GuestConfiguration wanted) throws GuestException {
        final NetworkConfiguration configuration = Detection.of(guest, device).choose(wanted);
        return new Kept(guest, configuration, GuestFile.look(guest, configuration.path()));
    }

    /** The system's name. */
    String system() {
        return configuration.system();
    }

    /** The file that keeps them. */
    String path() {
        return file.path();
    }

    /** What it keeps now. */
    SortedSet<IpAddress> addresses() throws GuestException {
        return Block.addresses(file.text());
    }

    /**
     * Has it keep addresses, and nothing else of ours; with none the file is as it was before us. Writes only what
     * differs.
     *
     * @param addresses from now on
     * @param ours all that it may have of us
     * @throws GuestException if that fails; then the file is as it was
     */
    void change(SortedSet<IpAddress> addresses, SortedSet<IpAddress> ours) throws GuestException {
        final String before = file.text();
        if (configuration.isOurs() && addresses.isEmpty()) {
            if (file.exists()) {
                file.remove();
            }
            return;
        }
        final String clean = configuration.isOurs() ? "" : configuration.release(before, ours);
        final String next = addresses.isEmpty() ? clean : configuration.keep(clean, addresses);
        if (!next.equals(before)) {
            file.replace(next, configuration.mode());
            afterwards(before);
        }
    }

    private void afterwards(String before) throws GuestException {
        if (configuration.afterwards().isEmpty()) {
            return;
        }
        final Outcome outcome = guest.script(configuration.afterwards(), file.path());
        if (outcome.code() != 0) {
            final GuestFile changed = GuestFile.look(guest, file.path());
            if (file.exists()) {
                changed.replace(before, configuration.mode());
            } else {
                changed.remove();
            }
            throw new GuestException(
                    Kind.UNSUITED,
                    configuration.system() + " does not take " + file.path() + ", which is as it was: "
                            + outcome.complaint());
        }
    }
}
