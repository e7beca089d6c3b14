package io.weir.perf.pktgen;

import io.weir.engine.port.Driver;
import io.weir.perf.device.OpenDevice;
import io.weir.perf.sink.Receiver;
import io.weir.perf.traffic.FlowHeaders;
import io.weir.perf.traffic.FlowSpace;
import java.util.ArrayList;
import java.util.List;

/** Sends from this process, through AF_XDP or AF_PACKET. */
final class PortEngine implements Engine {
    /** Flows at most whose frames are numbered within the flow; of more, within the thread's stream. */
    static final int MAX_TRACKED = 1 << 20;

    private final OpenDevice device;
    private final List<CountedSender> senders = new ArrayList<>();

    PortEngine(GeneratorOptions options) {
        Driver driver = switch (options.driver()) {
            case AF_XDP -> Driver.AF_XDP;
            case AF_PACKET -> Driver.AF_PACKET;
            default -> Driver.AUTO;
        };
        device = OpenDevice.open(options.namespace(), options.device(), driver, options.threads(), options.ringSize());
        try {
            FlowSpace flows = new FlowSpace(options.traffic());
            FlowHeaders headers = new FlowHeaders(flows);
            int tracked =
                    options.traffic().flows() <= MAX_TRACKED ? options.traffic().flows() : 1;
            boolean shared = options.threads() > 1;
            long mac = device.facts().mac();
            for (int i = 0; i < options.threads(); i++) {
                ThreadPort port = new ThreadPort(device, i, shared);
                Receiver receiver = new Receiver(tracked, flows, true);
                senders.add(
                        options.traffic().protocol().isStateful()
                                ? new TcpSender(options, port, headers, mac, receiver)
                                : new PortSender(options, i, port, headers, mac, receiver));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public GeneratorDriver driver() {
        return device.driver() == Driver.AF_XDP ? GeneratorDriver.AF_XDP : GeneratorDriver.AF_PACKET;
    }

    @Override
    public List<String> notes() {
        return device.notes();
    }

    @Override
    public List<CountedSender> senders() {
        return senders;
    }

    @Override
    public void close() {
        senders.forEach(CountedSender::close);
        device.close();
    }
}
