package io.weir.appliance.guest;

import io.weir.appliance.config.HostConfig;
import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A guest at one moment. Immutable.
 *
 * @param port its port of the hypervisor's switch
 * @param agent the socket of its guest agent
 * @param state where it stands
 * @param since when it came to stand there
 * @param attempts that failed since the last one that did not
 * @param error what is wrong; empty if nothing is
 * @param facts what it was seen to be, last
 * @param wanted virtual addresses that it should have
 * @param ours virtual addresses that it has, or may have, from us: those that are taken away again
 */
public record GuestStatus(
        String port,
        Optional<Path> agent,
        GuestState state,
        Instant since,
        int attempts,
        String error,
        GuestFacts facts,
        SortedSet<IpAddress> wanted,
        SortedSet<IpAddress> ours) {

    /** A guest about which nothing is known. */
    static GuestStatus unknown(String port) {
        return new GuestStatus(
                port,
                Optional.empty(),
                GuestState.PENDING,
                Instant.now(),
                0,
                "",
                GuestFacts.NONE,
                new TreeSet<>(),
                new TreeSet<>());
    }

    /** The same, but somewhere else. */
    GuestStatus in(GuestState next) {
        return new GuestStatus(port, agent, next, state == next ? since : Instant.now(), 0, "", facts, wanted, ours);
    }

    /** The same, remembering addresses that are about to be given. */
    GuestStatus claiming(SortedSet<IpAddress> addresses, String device) {
        final SortedSet<IpAddress> more = new TreeSet<>(ours);
        more.addAll(addresses);
        return new GuestStatus(port, agent, state, since, attempts, error, facts.on(device), wanted, more);
    }

    /** The same, with something else to become. */
    GuestStatus facing(HostConfig.Guest guest, boolean leaving) {
        final GuestState next = leaving ? GuestState.LEAVING : state == GuestState.LEAVING ? GuestState.PENDING : state;
        return new GuestStatus(
                port,
                guest.agent(),
                next,
                state == next ? since : Instant.now(),
                attempts,
                error,
                facts,
                guest.wanted(),
                ours);
    }

    /** After an attempt that failed. */
    GuestStatus failed(String why, Instant now) {
        final GuestState next = state == GuestState.LEAVING ? state : GuestState.FAILED;
        return new GuestStatus(port, agent, next, state == next ? since : now, attempts + 1, why, facts, wanted, ours);
    }

    /** After a pass that came to its end. */
    GuestStatus seen(GuestPass.Result result, Instant now) {
        final boolean kept = result.problem().isEmpty();
        final GuestState held = kept ? GuestState.CONFIGURED : GuestState.VOLATILE;
        final GuestState next = state == GuestState.LEAVING ? state : held;
        return new GuestStatus(
                port,
                agent,
                next,
                state == next ? since : now,
                kept ? 0 : attempts + 1,
                result.problem(),
                result.facts(),
                wanted,
                result.ours());
    }
}
