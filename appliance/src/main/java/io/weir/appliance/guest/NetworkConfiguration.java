package io.weir.appliance.guest;

import io.weir.scheduler.IpAddress;
import java.util.SortedSet;

/**
 * A system that configures a guest's network at its start, and the one file of it that keeps virtual addresses: a file of
 * our own where the system reads several, else a {@link Block} in the guest's. Says what is to be written; writes nothing.
 */
sealed interface NetworkConfiguration permits Networkd, Netplan, Ifupdown, Keyfile, Ifcfg {
    /** Its name in the configuration and the status. */
    String system();

    /** The file, absolute. */
    String path();

    /** Whether there is nothing in the file but ours. */
    default boolean isOurs() {
        return false;
    }

    /** Mode of the file where it is not there yet, octal. */
    default String mode() {
        return "644";
    }

    /**
     * The file's text with addresses kept.
     *
     * @param text of somebody else: nothing of ours is in it
     * @param addresses not empty
     * @throws GuestException if the system, as it is configured, cannot keep them
     */
    String keep(String text, SortedSet<IpAddress> addresses) throws GuestException;

    /**
     * The file's text without anything of ours.
     *
     * @param text as it is
     * @param addresses ours, kept until now or not: for systems that write the file themselves, and lose our comments
     */
    default String release(String text, SortedSet<IpAddress> addresses) throws GuestException {
        return Block.remove(text);
    }

    /**
     * A script, with the file as its $1, that has the system look at the changed file without applying it. If it fails the
     * file is put back: a guest must not lose its network by its next start. Empty: there is none.
     */
    default String afterwards() {
        return "";
    }

    /** An address with its prefix: alone, so that it brings no route to others. */
    static String prefixed(IpAddress address) {
        return address + (address.isV4() ? "/32" : "/128");
    }
}
