package io.weir.appliance.config;

import io.weir.engine.flow.TcpState;
import java.time.Duration;
import java.util.Map;

/**
 * How long a flow may be idle in a state: the keys {@code timeout.…}.
 *
 * @param byState a time for each state, that of UDP included
 */
public record Timeouts(Map<TcpState, Duration> byState) {
    /** Copies the map. */
    public Timeouts {
        byState = Map.copyOf(byState);
    }

    /**
     * The timeout of a state.
     *
     * @param state a TCP state, or {@link TcpState#UDP}
     * @return its timeout
     */
    public Duration of(TcpState state) {
        return byState.get(state);
    }

    /** {@return nanoseconds by the state's ordinal, a new array} */
    public long[] nanosByOrdinal() {
        final long[] nanos = new long[TcpState.count()];
        byState.forEach((state, timeout) -> nanos[state.ordinal()] = timeout.toNanos());
        return nanos;
    }
}
