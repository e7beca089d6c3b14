package io.weir.appliance.guest;

import io.weir.scheduler.IpAddress;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What was seen of a guest.
 *
 * @param version its guest agent's; empty before it was ever asked, as the others
 * @param os its operating system
 * @param device its device for virtual addresses
 * @param present the wanted addresses that it has
 * @param system what keeps them over its restart
 * @param file where
 */
public record GuestFacts(
        String version, String os, String device, SortedSet<IpAddress> present, String system, String file) {
    /** Of a guest that was not looked at yet. */
    static final GuestFacts NONE = new GuestFacts("", "", "", new TreeSet<>(), "", "");

    GuestFacts on(String name) {
        return new GuestFacts(version, os, name, present, system, file);
    }
}
