package io.weir.appliance.config;

import io.weir.engine.flow.TcpState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The keys {@code timeout.…}: one for each state, and two that set several states at once. */
final class TimeoutKeys {
    private static final Function<String, Duration> TIME =
            Values.time(Duration.ofMillis(100), Duration.ofHours(24 * 31));
    private static final Set<TcpState> SYN_STATES = Set.of(TcpState.SYN_SENT, TcpState.SYN_RECV, TcpState.SYNACK);
    private static final Set<TcpState> FIN_STATES =
            Set.of(TcpState.FIN_WAIT, TcpState.TIME_WAIT, TcpState.CLOSE_WAIT, TcpState.LAST_ACK);

    static final Key<Duration> SYN = new Key<>(
            "timeout.tcp.syn",
            seconds(TcpState.SYN_RECV),
            "all SYN states (syn-sent, syn-recv, synack) unless set one by one",
            TIME);
    static final Key<Duration> FIN = new Key<>(
            "timeout.tcp.fin",
            seconds(TcpState.FIN_WAIT),
            "all FIN states (fin-wait, time-wait, close-wait, last-ack) unless set one by one",
            TIME);

    private static final Map<TcpState, Key<Duration>> BY_STATE = byState();

    private TimeoutKeys() {}

    private static Map<TcpState, Key<Duration>> byState() {
        final Map<TcpState, Key<Duration>> keys = new EnumMap<>(TcpState.class);
        for (final TcpState state : TcpState.values()) {
            final boolean grouped = SYN_STATES.contains(state) || FIN_STATES.contains(state);
            keys.put(
                    state,
                    new Key<>(
                            state == TcpState.UDP ? "timeout.udp" : "timeout.tcp." + state.label(),
                            grouped ? null : seconds(state),
                            grouped
                                    ? "by default " + (SYN_STATES.contains(state) ? SYN : FIN).pattern()
                                    : "idle time in state " + state.label(),
                            TIME));
        }
        return keys;
    }

    static List<Key<?>> all() {
        final List<Key<?>> all = new ArrayList<>();
        all.add(SYN);
        all.add(FIN);
        all.addAll(BY_STATE.values());
        return all;
    }

    static Timeouts read(Settings settings) {
        settings.get(SYN);
        settings.get(FIN);
        final Map<TcpState, Duration> timeouts = new EnumMap<>(TcpState.class);
        BY_STATE.forEach((state, key) -> timeouts.put(state, read(settings, state, key)));
        return new Timeouts(timeouts);
    }

    private static Duration read(Settings settings, TcpState state, Key<Duration> key) {
        if (SYN_STATES.contains(state)) {
            return settings.getOr(key, settings.text(SYN));
        }
        if (FIN_STATES.contains(state)) {
            return settings.getOr(key, settings.text(FIN));
        }
        return settings.get(key);
    }

    private static String seconds(TcpState state) {
        return Values.text(Duration.ofSeconds(state.defaultSeconds()));
    }
}
