package io.weir.ha;

import io.weir.scheduler.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a node stands, at one moment. Immutable.
 *
 * @param mode {@code ha.mode}: {@code none}, {@code vrrp}, {@code bgp}
 * @param state its part
 * @param since when it took that part
 * @param why what made it take that part, for people
 * @param priority as configured; 0 without VRRP
 * @param effectivePriority what it takes part with: 1 where it is {@code released} or {@code hindrances} tell
 * @param master primary address of the master that it hears, or its own as master; empty when none is known
 * @param released an operator made it give mastership away, and has not taken that back
 * @param hindrances what keeps it from being master, or makes it the last choice; empty: nothing
 * @param terms how often it has been master
 * @param announced virtual addresses that the node has host routes for, for a routing daemon; empty without BGP
 * @param counters all that is counted
 */
public record HaStatus(
        String mode,
        HaState state,
        Instant since,
        String why,
        int priority,
        int effectivePriority,
        Optional<IpAddress> master,
        boolean released,
        List<String> hindrances,
        long terms,
        List<IpAddress> announced,
        Map<HaCounter, Long> counters) {}
