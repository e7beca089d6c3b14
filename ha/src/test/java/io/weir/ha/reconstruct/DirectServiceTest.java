package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static io.weir.ha.reconstruct.ReconstructionBed.assertReset;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTimes;
import io.weir.engine.flow.TcpState;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ReconstructionPolicy.OnServerDeath;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.Peer;
import io.weir.engine.worker.CondemnFlowsOfServer;
import io.weir.engine.worker.InMemoryNode;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerKind;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Services whose servers answer past the node: derive or drop, and never a guess. */
class DirectServiceTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";

    /** What tells the servers apart, as packets to all of them have the same destination: the last digit of the MAC. */
    private static final long MACS = 0x02_00_00_00_02_00L;

    @RegisterExtension
    final ReconstructionBed mh = bed(SchedulerKind.MH, Mode.FULL);

    @RegisterExtension
    final ReconstructionBed rr = bed(SchedulerKind.RR, Mode.FULL);

    @RegisterExtension
    final ReconstructionBed off = bed(SchedulerKind.MH, Mode.OFF);

    private static ServiceSpec[] services(SchedulerKind kind, Mode mode) {
        ReconstructionPolicy policy = ReconstructionPolicy.of(mode).withOnServerDeath(OnServerDeath.RESET);
        return Arrays.stream(Ends.services(kind, policy))
                .map(service -> service.with(Forwarding.DR))
                .toArray(ServiceSpec[]::new);
    }

    private static ReconstructionBed bed(SchedulerKind kind, Mode mode) {
        return new ReconstructionBed(ReconstructionSettings.defaults(), services(kind, mode));
    }

    private static void tellServersApart(ReconstructionBed bed, Ends ends) {
        ends.servers().forEach(server -> {
            IpAddress address = server.address();
            bed.engine.node().registry().nextHop(address, NextHop.of(EngineBed.BACK, MACS + (address.lo() & 15)));
        });
        bed.engine.node().republish();
        bed.engine.run();
    }

    /** Another client, which the scheduler may assign to another server. */
    private static Ends client(Ends ends, int number) {
        Peer client = Peer.of((ends.family() == 0 ? "202.100.1." : "2001:db8:c::") + number, 3456);
        return new Ends(client, ends.service(), ends.servers(), ends.local());
    }

    private static long server(ReconstructionBed bed, byte[] frame) {
        return bed.up(frame).packet().destinationMac();
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldGoOnAtTheServerThatTheSchedulerAssigns(Ends ends) {
        tellServersApart(mh, ends);
        Set<Long> servers = new HashSet<>();
        for (int number = 10; number < 30; number++) {
            Ends one = client(ends, number);
            servers.add(server(mh, one.clientPort(1).up(SYN, 1, 0).build()));
            servers.add(server(mh, one.clientPort(1).up(ACK, 2, 1).build()));
            assertEquals(server(mh, one.clientPort(1).up(ACK, 2, 1).build()), server(mh, one.request(1000, 2000)));
        }
        assertEquals(3, servers.size());
        assertEquals(20, mh.count(Counter.RECONSTRUCTED_DERIVE));
        assertEquals(0, mh.count(Counter.PROBE_SENT) + mh.count(Counter.RECONSTRUCTED_PROBE));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldLiveTenSecondsUntilTheClientSpeaksAgainAndThenAsLongAsAnyFlow(Ends ends) {
        mh.up(ends.request(1000, 2000));
        assertEquals(TcpState.ESTABLISHED.ordinal() | FlowRecord.UNCONFIRMED, mh.condition());
        mh.engine.skip(FlowTimes.UNCONFIRMED_MS);
        mh.up(ends.request(1000, 2000));
        assertEquals(2, mh.count(Counter.RECONSTRUCTED_DERIVE), "the record was over");
        mh.up(ends.up(ACK, 1037, 2100).build());
        assertEquals(TcpState.ESTABLISHED.ordinal(), mh.condition());
        mh.engine.skip(mh.engine.timeoutMs(TcpState.ESTABLISHED) - 2);
        mh.up(ends.up(ACK, 1037, 2200).build());
        assertEquals(2, mh.count(Counter.RECONSTRUCTED_DERIVE));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldDropWhatCannotBeDerived(Ends ends) {
        rr.engine.none(FRONT, Counter.DROP_NOT_DERIVED, ends.request(1000, 2000));
        rr.engine.none(FRONT, Counter.DROP_NOT_DERIVED, ends.up(ACK, 1000, 2000).build());
        assertEquals(0, rr.count(Counter.FLOWS));
        assertEquals(0, rr.count(Counter.RECONSTRUCTED_REFUSE));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldDropWhenTheAssignedServerHasChanged(Ends ends) {
        tellServersApart(mh, ends);
        ServiceSpec service = services(SchedulerKind.MH, Mode.FULL)[ends.family()];
        long before = server(mh, ends.clientPort(1).up(SYN, 1, 0).build());
        ends.servers().stream()
                .filter(s -> MACS + (s.address().lo() & 15) == before)
                .forEach(s -> mh.setUp(service, s, false));
        mh.engine.run();
        int dropped = 0;
        for (int number = 10; number < 110; number++) {
            dropped += mh.engine
                            .pass(FRONT, client(ends, number).request(1000, 2000))
                            .isEmpty()
                    ? 1
                    : 0;
        }
        assertEquals(dropped, mh.count(Counter.DROP_NOT_DERIVED));
        assertEquals(100 - dropped, mh.count(Counter.RECONSTRUCTED_DERIVE));
        assertEquals(true, dropped > 10 && dropped < 90, dropped + " dropped");
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldRefuseWhenReconstructionIsOff(Ends ends) {
        assertReset(ends, 2000, off.up(ends.request(1000, 2000)));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldNotTakeAServerForDeadBecauseItIsNotHeard(Ends ends) {
        mh.up(ends.up(SYN, 999, 0).build());
        mh.up(ends.up(ACK, 1000, 2000).build());
        for (int again = 0; again < 6; again++) {
            mh.engine.skip(500L << again);
            assertEquals(
                    InMemoryNode.SERVER_MAC,
                    mh.up(ends.request(1000, 2000)).packet().destinationMac());
        }
        assertEquals(0, mh.count(Counter.SERVER_DEATHS));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldResetTheClientWhenItsServersHealthCheckSaysThatItIsDead(Ends ends) {
        mh.up(ends.up(SYN, 999, 0).build());
        mh.up(ends.up(ACK, 1000, 2000).build());
        ServiceSpec service = services(SchedulerKind.MH, Mode.FULL)[ends.family()];
        ends.servers().forEach(server -> {
            mh.setUp(service, server, false);
            int slot = mh.engine.node().registry().slot(service.key(), server.address(), server.port());
            mh.engine.node().worker(0).offer(new CondemnFlowsOfServer(slot));
        });
        mh.engine.run();
        assertReset(ends, 2000, mh.up(ends.request(1000, 2000)));
    }
}
