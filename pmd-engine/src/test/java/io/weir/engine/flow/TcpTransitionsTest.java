package io.weir.engine.flow;

import static io.weir.engine.flow.TcpState.CLOSE;
import static io.weir.engine.flow.TcpState.CLOSE_WAIT;
import static io.weir.engine.flow.TcpState.ESTABLISHED;
import static io.weir.engine.flow.TcpState.FIN_WAIT;
import static io.weir.engine.flow.TcpState.LAST_ACK;
import static io.weir.engine.flow.TcpState.LISTEN;
import static io.weir.engine.flow.TcpState.NONE;
import static io.weir.engine.flow.TcpState.SYNACK;
import static io.weir.engine.flow.TcpState.SYN_RECV;
import static io.weir.engine.flow.TcpState.SYN_SENT;
import static io.weir.engine.flow.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * IPVS's default transitions, said as rules: what a segment makes of any state, and from which states it does
 * something else.
 */
class TcpTransitionsTest {
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;

    /** Where a segment leads, unless an exception says otherwise; null: nowhere. */
    private record Rule(TcpState usual, Map<TcpState, TcpState> exceptions) {
        private TcpState after(TcpState before) {
            return exceptions.getOrDefault(before, usual == null ? before : usual);
        }
    }

    private static Rule to(TcpState usual, TcpState... fromTo) {
        Map<TcpState, TcpState> exceptions = new EnumMap<>(TcpState.class);
        for (int i = 0; i < fromTo.length; i += 2) {
            exceptions.put(fromTo[i], fromTo[i + 1]);
        }
        return new Rule(usual, exceptions);
    }

    private static Rule stay(TcpState... fromTo) {
        return to(null, fromTo);
    }

    private enum Segment {
        CLIENT_SYN(0, SYN, to(SYN_RECV, ESTABLISHED, ESTABLISHED, SYN_SENT, ESTABLISHED)),
        CLIENT_FIN(
                0,
                FIN,
                stay(
                        NONE, CLOSE,
                        ESTABLISHED, CLOSE_WAIT,
                        SYN_RECV, TIME_WAIT,
                        FIN_WAIT, TIME_WAIT,
                        SYNACK, TIME_WAIT)),
        CLIENT_ACK(0, ACK, stay(NONE, ESTABLISHED, SYN_RECV, ESTABLISHED, LAST_ACK, CLOSE, SYNACK, ESTABLISHED)),
        CLIENT_RST(0, RST, to(CLOSE, SYN_RECV, SYN_RECV, LAST_ACK, LAST_ACK, LISTEN, LISTEN, SYNACK, SYN_RECV)),
        SERVER_SYN(
                1, SYN, to(SYN_SENT, ESTABLISHED, ESTABLISHED, SYN_RECV, SYN_RECV, LISTEN, LISTEN, SYNACK, SYN_RECV)),
        SERVER_FIN(
                1,
                FIN,
                to(
                        TIME_WAIT,
                        ESTABLISHED,
                        FIN_WAIT,
                        SYN_SENT,
                        SYN_SENT,
                        FIN_WAIT,
                        FIN_WAIT,
                        CLOSE,
                        CLOSE,
                        LAST_ACK,
                        LAST_ACK,
                        LISTEN,
                        LISTEN)),
        SERVER_ACK(1, ACK, stay(NONE, ESTABLISHED, SYN_RECV, ESTABLISHED, LISTEN, ESTABLISHED, SYNACK, ESTABLISHED)),
        SERVER_RST(1, RST, to(CLOSE, SYN_SENT, SYN_SENT, TIME_WAIT, TIME_WAIT)),
        ONE_WAY_SYN(2, SYN, CLIENT_SYN.rule),
        ONE_WAY_FIN(2, FIN, stay(NONE, CLOSE, ESTABLISHED, FIN_WAIT, SYN_RECV, TIME_WAIT, SYNACK, TIME_WAIT)),
        ONE_WAY_ACK(2, ACK, CLIENT_ACK.rule),
        ONE_WAY_RST(2, RST, to(CLOSE, SYN_RECV, SYN_RECV, LAST_ACK, LAST_ACK, LISTEN, LISTEN));

        private final int direction;
        private final int flag;
        private final Rule rule;

        Segment(int direction, int flag, Rule rule) {
            this.direction = direction;
            this.flag = flag;
            this.rule = rule;
        }
    }

    private static TcpState next(int direction, int flags, TcpState before) {
        return TcpState.of(TcpTransitions.next(direction, flags, before.ordinal()));
    }

    @ParameterizedTest
    @EnumSource
    void shouldMoveAsIpvsDoesFromEveryState(Segment segment) {
        for (TcpState before : TcpState.values()) {
            if (before != TcpState.UDP) {
                assertEquals(
                        segment.rule.after(before),
                        next(segment.direction, segment.flag, before),
                        segment + " in " + before);
            }
        }
    }

    @Test
    void shouldGoByTheStrongestFlag() {
        for (int flags = 0; flags < 256; flags++) {
            int strongest = 0;
            for (int flag : new int[] {ACK, FIN, SYN, RST}) {
                strongest = (flags & flag) != 0 ? flag : strongest;
            }
            for (int direction = 0; direction < 3; direction++) {
                for (TcpState before : List.of(NONE, ESTABLISHED, SYN_RECV, FIN_WAIT, LAST_ACK)) {
                    TcpState expected = strongest == 0 ? before : next(direction, strongest, before);
                    assertEquals(expected, next(direction, flags, before), "flags " + flags);
                }
            }
        }
    }

    @Test
    void shouldHaveTheTimeoutsOfTheArticle() {
        assertEquals(60, SYN_SENT.defaultSeconds());
        assertEquals(60, SYN_RECV.defaultSeconds());
        assertEquals(15 * 60, ESTABLISHED.defaultSeconds());
        assertEquals(60, FIN_WAIT.defaultSeconds());
        assertEquals(5 * 60, TcpState.UDP.defaultSeconds());
        assertEquals(10, CLOSE.defaultSeconds());
    }
}
