package io.weir.perf.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Parser;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.scheduler.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReflectorTest {
    private static final FrameWriter.Path PATH = new FrameWriter.Path(0x0200_0000_0001L, 0x0200_0000_0002L);
    private static final int SEQ = 0xffff_fff0; // the numbers wrap
    private static final int ACK = 0x7654_3210;

    private final NativeBlock block = new NativeBlock(2048);
    private final Burst burst = new Burst(1);
    private final FrameBatch batch = new FrameBatch(1);
    private boolean v6;

    @AfterEach
    void close() {
        block.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerASynByASynAck(boolean family) {
        v6 = family;
        expectAnswer(reflect(false, Transport.SYN, 0), Transport.SYN | Transport.ACK, Reflector.ISN, SEQ + 1, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAcknowledgeData(boolean family) {
        v6 = family;
        expectAnswer(reflect(false, Transport.PSH | Transport.ACK, 333), Transport.ACK, ACK, SEQ + 333, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReturnDataWhenEchoing(boolean family) {
        v6 = family;
        int flags = Transport.PSH | Transport.ACK;
        expectAnswer(reflect(true, flags, 333), flags, ACK, SEQ + 333, 333);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerAFinByAFin(boolean family) {
        v6 = family;
        int flags = Transport.FIN | Transport.ACK;
        expectAnswer(reflect(false, flags, 0), flags, ACK, SEQ + 1, 0);
        expectAnswer(reflect(false, flags | Transport.PSH, 7), flags, ACK, SEQ + 8, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {Transport.ACK, Transport.RST, Transport.RST | Transport.ACK, Transport.SYN | Transport.ACK})
    void shouldKeepSilent(int flags) {
        assertEquals(0, reflect(false, flags, 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReturnDatagrams(boolean family) {
        v6 = family;
        IpAddress client = client();
        IpAddress server = server();
        int length = FrameWriter.udp(
                block.address(), PATH, client.hi(), client.lo(), 4000, server.hi(), server.lo(), 53, 101);
        parse(length);
        assertEquals(length, new Reflector(false).reflect(block.address(), length, burst, 0));
        assertAddresses(length);
    }

    private IpAddress client() {
        return IpAddress.parse(v6 ? "2001:db8::1" : "198.18.0.1");
    }

    private IpAddress server() {
        return IpAddress.parse(v6 ? "2001:db8::53" : "198.19.0.53");
    }

    private int reflect(boolean echo, int flags, int payload) {
        IpAddress client = client();
        IpAddress server = server();
        int length = FrameWriter.tcp(
                block.address(),
                PATH,
                client.hi(),
                client.lo(),
                4000,
                server.hi(),
                server.lo(),
                53,
                flags,
                SEQ,
                ACK,
                payload);
        parse(length);
        return new Reflector(echo).reflect(block.address(), length, burst, 0);
    }

    private void parse(int length) {
        batch.clear();
        batch.add(block.address(), length, 0, 0);
        Parser.parse(batch, burst);
        assertEquals(Burst.KIND_PORTS, burst.kind(0));
    }

    private void expectAnswer(int length, int flags, int seq, int ack, int payload) {
        assertTrue(length >= Ethernet.MIN_FRAME);
        assertAddresses(length);
        long tcp = block.address() + burst.l4(0);
        assertEquals(flags, Mem.getU8(tcp + Transport.TCP_FLAGS));
        assertEquals(seq, Mem.getIntBe(tcp + Transport.TCP_SEQ));
        assertEquals(ack, Mem.getIntBe(tcp + Transport.TCP_ACK));
        assertEquals(payload, burst.end(0) - Receiver.payloadAt(block.address(), burst, 0));
    }

    private void assertAddresses(int length) {
        parse(length);
        assertEquals(server(), new IpAddress(burst.sourceHi(0), burst.sourceLo(0)));
        assertEquals(client(), new IpAddress(burst.destinationHi(0), burst.destinationLo(0)));
        assertEquals(53 << 16 | 4000, burst.ports(0));
        assertEquals(PATH.sourceMac(), Ethernet.destination(block.address()));
        assertEquals(PATH.destinationMac(), Ethernet.source(block.address()));
        Receiver receiver = new Receiver(1, null, true);
        assertTrue(receiver.account(batch, burst, 0, 0), "the checksum is wrong");
    }
}
