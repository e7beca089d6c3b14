package io.weir.perf.pktgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.packet.Transport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpClientTest {
    private static final int PAYLOAD = 100;
    private static final int SERVER = 0xffff_ff00; // its numbers wrap
    private static final int ACK = Transport.ACK;
    private static final int SYN_ACK = Transport.SYN | Transport.ACK;
    private static final int FIN_ACK = Transport.FIN | Transport.ACK;
    private static final int DATA = Transport.PSH | Transport.ACK;

    private record Segment(int flow, int flags, int seq, int ack, boolean data) {}

    private final List<Segment> sent = new ArrayList<>();
    private final ConnectionCounts counts = new ConnectionCounts();
    private boolean room = true;

    private TcpClient client(boolean closing) {
        return new TcpClient(
                2,
                closing,
                (flow, flags, seq, ack, data, now) -> {
                    if (!room) {
                        return -1;
                    }
                    sent.add(new Segment(flow, flags, seq, ack, data));
                    return data ? PAYLOAD : 0;
                },
                counts);
    }

    private Segment last() {
        return sent.getLast();
    }

    @Test
    void shouldLiveAWholeConnection() {
        TcpClient client = client(true);
        assertTrue(client.open(1, 0));
        int isn = last().seq();
        assertEquals(new Segment(1, Transport.SYN, isn, 0, false), last());
        client.onSegment(1, SYN_ACK, SERVER, isn + 1, 0, 5_000);
        assertEquals(
                List.of(
                        new Segment(1, ACK, isn + 1, SERVER + 1, false),
                        new Segment(1, DATA, isn + 1, SERVER + 1, true)),
                sent.subList(1, 3));
        client.onSegment(1, DATA, SERVER + 1, isn + 1 + PAYLOAD, 500, 6_000);
        assertEquals(new Segment(1, FIN_ACK, isn + 1 + PAYLOAD, SERVER + 501, false), last());
        client.onSegment(1, FIN_ACK, SERVER + 501, isn + 2 + PAYLOAD, 0, 7_000);
        assertEquals(new Segment(1, ACK, isn + 2 + PAYLOAD, SERVER + 502, false), last());
        assertEquals(TcpClient.CLOSED, client.state(1));
        assertEquals(TcpClient.CLOSED, client.state(0));
        Connections all = counts.connections();
        assertEquals(List.of(1L, 1L, 1L), List.of(all.opened(), all.established(), all.completed()));
        assertEquals(5_000, all.handshake().getMaxValue(), 10);
        client.open(1, 8_000);
        assertTrue(last().seq() - (isn + 2 + PAYLOAD) > 0, "a new connection's numbers must be above the old one's");
    }

    @Test
    void shouldStayOpenWhenNotClosing() {
        TcpClient client = client(false);
        client.open(0, 0);
        int isn = last().seq();
        client.onSegment(0, SYN_ACK, SERVER, isn + 1, 0, 1);
        assertEquals(TcpClient.ESTABLISHED, client.state(0));
        for (int i = 0; i < 3; i++) {
            assertTrue(client.sendData(0, 2));
            assertEquals(new Segment(0, DATA, isn + 1 + i * PAYLOAD, SERVER + 1 + i * 10, true), last());
            client.onSegment(0, DATA, SERVER + 1 + i * 10, isn + 1 + (i + 1) * PAYLOAD, 10, 3);
        }
        client.sweep(2, 10 * TcpClient.RTO_NS);
        assertEquals(TcpClient.ESTABLISHED, client.state(0));
    }

    @Test
    void shouldRepeatWhatGetsNoAnswerAndGiveUpInTheEnd() {
        TcpClient client = client(true);
        client.open(0, 0);
        Segment syn = last();
        client.sweep(2, TcpClient.RTO_NS - 1);
        assertEquals(1, sent.size());
        for (int i = 1; i <= TcpClient.TRIES; i++) {
            client.sweep(2, i * TcpClient.RTO_NS);
            assertEquals(1 + i, sent.size());
            assertEquals(syn, last());
        }
        client.sweep(2, (TcpClient.TRIES + 1) * TcpClient.RTO_NS);
        assertEquals(1, counts.get(ConnectionCounts.TIMED_OUT));
        assertEquals(TcpClient.CLOSED, client.state(0));
    }

    @Test
    void shouldRepeatDataThatFoundNoRoom() {
        TcpClient client = client(true);
        client.open(0, 0);
        int isn = last().seq();
        room = false;
        client.onSegment(0, SYN_ACK, SERVER, isn + 1, 0, 1);
        room = true;
        client.sweep(2, 2 * TcpClient.RTO_NS);
        assertEquals(new Segment(0, DATA, isn + 1, SERVER + 1, true), last());
        client.onSegment(0, ACK, SERVER + 1, isn + 1 + PAYLOAD, 0, 2 * TcpClient.RTO_NS);
        assertEquals(new Segment(0, FIN_ACK, isn + 1 + PAYLOAD, SERVER + 1, false), last());
    }

    @Test
    void shouldNotOpenWithoutRoom() {
        room = false;
        TcpClient client = client(true);
        assertFalse(client.open(0, 0));
        assertEquals(TcpClient.CLOSED, client.state(0));
        assertEquals(0, counts.get(ConnectionCounts.OPENED));
    }

    @Test
    void shouldEndWhenReset() {
        TcpClient client = client(true);
        client.open(0, 0);
        client.onSegment(0, Transport.RST | ACK, 0, last().seq() + 1, 0, 1);
        assertEquals(TcpClient.CLOSED, client.state(0));
        assertEquals(1, counts.get(ConnectionCounts.RESET));
        client.onSegment(0, Transport.RST, 0, 0, 0, 1);
        assertEquals(1, counts.get(ConnectionCounts.RESET));
    }

    @Test
    void shouldCountWhatFitsNoState() {
        TcpClient client = client(true);
        client.onSegment(0, ACK, 1, 1, 0, 0); // closed
        client.open(0, 0);
        client.onSegment(0, SYN_ACK, SERVER, last().seq() + 2, 0, 1); // acknowledges what was not sent
        client.onSegment(0, ACK, SERVER, last().seq() + 1, 0, 1);
        assertEquals(3, counts.get(ConnectionCounts.UNEXPECTED));
        assertEquals(TcpClient.SYN_SENT, client.state(0));
    }
}
