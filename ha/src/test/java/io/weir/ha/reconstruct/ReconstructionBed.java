package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.bindings.NativeBlock;
import io.weir.bindings.steering.NatPorts;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.trace.FlowTrace;
import io.weir.engine.worker.InMemoryNode;
import io.weir.scheduler.SchedulerKind;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A node that knows no flow, between a client and three servers: an {@link EngineBed} that reconstructs. */
final class ReconstructionBed implements AfterEachCallback {
    private static final int EVENTS = 1024;

    final EngineBed engine;
    final Reconstruction reconstruction;
    private final NativeBlock trace = new NativeBlock(EVENTS * FlowTrace.EVENT);

    ReconstructionBed(ReconstructionSettings settings, ServiceSpec... services) {
        reconstruction = new Reconstruction(settings, 1, worker -> new FlowTrace(trace.address(), EVENTS));
        engine = EngineBed.serving(services)
                .nat(
                        new NatPorts(Ends.FIRST_PORT, Ends.LAST_PORT),
                        Ends.V4.local().address(),
                        Ends.V6.local().address())
                .withKernel()
                .unknown(reconstruction);
    }

    static ReconstructionBed of(SchedulerKind kind, ReconstructionPolicy policy) {
        return new ReconstructionBed(ReconstructionSettings.defaults(), Ends.services(kind, policy));
    }

    /** The client's segment, for which one frame must be sent. */
    Sent up(byte[] frame) {
        return engine.one(FRONT, frame);
    }

    /** A server's segment, for which one frame must be sent. */
    Sent down(byte[] frame) {
        return engine.one(BACK, frame);
    }

    /** Lets time pass; returns what the node sends of itself. */
    List<Sent> after(long milliseconds) {
        engine.skip(milliseconds);
        List<Sent> sent = engine.run();
        sent.forEach(s -> s.packet().assertChecksums());
        return sent;
    }

    /** Asserts that a frame went to a server of the flow as it is. */
    static void assertAt(Peer server, Ends ends, Sent sent) {
        assertEquals(BACK, sent.port());
        assertEquals(ends.client(), sent.packet().from());
        assertEquals(server, sent.packet().to());
    }

    /** Asserts that a frame went to the client. */
    static void assertAtClient(Ends ends, Sent sent) {
        assertEquals(FRONT, sent.port());
        assertEquals(ends.service(), sent.packet().from());
        assertEquals(ends.client(), sent.packet().to());
    }

    /** Asserts that a frame is the RST with which a flow is refused. */
    static void assertReset(Ends ends, int seq, Sent sent) {
        assertAtClient(ends, sent);
        assertEquals(io.weir.engine.testing.FrameBuilder.RST, sent.packet().flags());
        assertEquals(seq, sent.packet().seq());
    }

    /** A server's next hop is lost. */
    void loseWay(Peer server) {
        engine.node().registry().nextHop(server.address(), 0);
        engine.node().republish();
    }

    /** A server's health. */
    void setUp(ServiceSpec service, Peer server, boolean up) {
        engine.node().registry().setUp(service.key(), server.address(), server.port(), up);
        engine.node().republish();
    }

    /** The control thread answers: all clients are behind one router. */
    int answerHops() {
        return reconstruction.answer(clients -> clients.stream()
                .collect(Collectors.toMap(client -> client, client -> NextHop.of(FRONT, InMemoryNode.CLIENT_MAC))));
    }

    long count(Counter counter) {
        return engine.count(counter);
    }

    /** The condition of the only flow. */
    int condition() {
        return FlowRecord.condition(record());
    }

    /** The record of the only flow that is not over. */
    long record() {
        return Records.only(engine.node());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        engine.afterEach(context);
        trace.close();
    }
}
