package io.weir.perf.pktgen;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Pages;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Parser;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.FrameStore;
import io.weir.engine.port.MemoryPort;
import io.weir.perf.sink.Receiver;
import io.weir.perf.sink.Reflector;
import io.weir.perf.thread.MeasuredThread;
import io.weir.perf.traffic.FlowHeaders;
import io.weir.perf.traffic.FlowSpace;
import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders between memory ports, with a reflector behind: what the loops do to the heap. */
class AllocationTest {
    private static final int FRAMES = 4096;
    private static final int RUNS = 20;
    private static final long MAC = 0x0200_0000_0001L;

    @ParameterizedTest
    @EnumSource
    void shouldAllocateNothingWhileSendingAndReceiving(Protocol protocol) {
        Outcome outcome = run(protocol); // classes are loaded, methods linked
        for (int i = 0; i < RUNS && !outcome.isClean(); i++) {
            outcome = run(protocol); // the virtual machine may still link or recompile something on the thread
        }
        assertTrue(outcome.isClean(), outcome.toString());
    }

    private record Outcome(long sent, long received, long allocated, boolean answers) {
        boolean isClean() {
            return sent > 1000 && (received > 100 || !answers) && allocated == 0;
        }
    }

    private static Outcome run(Protocol protocol) {
        Traffic traffic = Traffic.to(0x0200_0000_0002L)
                .withFlows(500, Popularity.zipf(1.1))
                .withSizes(SizeMix.parse("128,600"))
                .withProtocol(protocol);
        GeneratorOptions options = GeneratorOptions.of("none", traffic)
                .until(0, Duration.ofMillis(150))
                .withLinger(Duration.ofMillis(1));
        FlowSpace flows = new FlowSpace(traffic);
        FlowHeaders headers = new FlowHeaders(flows);
        Receiver receiver = new Receiver(500, flows, true);
        try (Pages pages = Pages.map(FrameStore.byteSize(2048, FRAMES, 1), Pages.Mode.OFF)) {
            FrameStore store = new FrameStore(pages.address(), 2048, FRAMES, 1);
            try (Far far = new Far();
                    CountedSender sender = sender(options, far, store, headers, receiver)) {
                RunControl control =
                        new RunControl(System.nanoTime(), options.duration().toNanos());
                MeasuredThread thread =
                        new MeasuredThread("sender", null, MeasuredThread.ANY_CORE, () -> sender.run(control));
                thread.start().finish(20_000);
                return new Outcome(
                        sender.sent(), receiver.frames(), thread.usage().allocated(), protocol != Protocol.TCP_SYN);
            }
        }
    }

    private static CountedSender sender(
            GeneratorOptions options, Far far, FrameStore store, FlowHeaders headers, Receiver receiver) {
        ThreadPort port = new ThreadPort(far.port, store.pool(0), false);
        return options.traffic().protocol().isStateful()
                ? new TcpSender(options, port, headers, MAC, receiver)
                : new PortSender(options, 0, port, headers, MAC, receiver);
    }

    /** Answers on a thread of its own what was sent on the port; frames without an answer go back as they are. */
    private static final class Far implements AutoCloseable {
        private final MemoryPort port = new MemoryPort(0, "memory", FRAMES);
        private final FrameBatch batch = new FrameBatch(1);
        private final Burst burst = new Burst(1);
        private final Reflector reflector = new Reflector(true);
        private final Thread thread = Thread.ofPlatform().daemon().start(this::run);
        private volatile boolean stopped;

        private void run() {
            while (!stopped) {
                for (int n = port.sent(); n > 0; n--) {
                    long frame = port.sentAddress();
                    int length = port.sentLength();
                    batch.clear();
                    batch.add(frame, length, 0, 0);
                    Parser.parse(batch, burst);
                    int answer = reflector.reflect(frame, length, burst, 0);
                    while (!port.inject(frame, answer == 0 ? 14 : answer, 0) && !stopped) {
                        port.publish();
                        Thread.onSpinWait();
                    }
                    port.takeSent();
                }
                port.publish();
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
