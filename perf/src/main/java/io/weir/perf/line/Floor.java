package io.weir.perf.line;

import io.weir.bindings.bpf.BpfLink.XdpMode;
import io.weir.engine.port.Driver;
import io.weir.engine.port.NodePorts;
import io.weir.engine.port.PortFactory;
import io.weir.engine.port.PortOptions;
import io.weir.engine.port.RedirectSteering;
import io.weir.perf.contender.Contender;
import io.weir.perf.contender.Site;
import io.weir.perf.thread.InNamespace;
import io.weir.perf.thread.MeasuredThread;
import java.util.List;
import java.util.Locale;

/**
 * What a driver costs without any balancing: Weir's own ports, and a loop that writes new MAC addresses.
 *
 * @param driver which ports
 */
record Floor(Driver driver) implements Contender {
    private static final long STOP_MS = 5_000;

    @Override
    public String label() {
        return "floor " + driver.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String where(int core) {
        return "MAC addresses rewritten, nothing else, busy polling on core " + core;
    }

    @Override
    public boolean usesXdp() {
        return driver == Driver.AF_XDP;
    }

    @Override
    public Running start(Site site) {
        return InNamespace.call(site.node().file(), () -> {
            RedirectSteering steering = new RedirectSteering(List.of(site.front(), site.back()), XdpMode.NATIVE);
            try {
                PortOptions options =
                        PortOptions.of(List.of(site.front(), site.back()), 1).withDriver(driver);
                NodePorts ports = PortFactory.open(options, steering);
                steering.complete(ports.driver());
                return run(site, steering, ports);
            } catch (RuntimeException e) {
                steering.close();
                throw e;
            }
        });
    }

    private static Running run(Site site, RedirectSteering steering, NodePorts ports) {
        MacRewriter rewriter = new MacRewriter(
                ports.port(0, 0), ports.port(0, 1), ports.store().pool(0), LineBed.BACK_MAC, LineBed.SERVER_MAC);
        MeasuredThread thread = new MeasuredThread("floor", null, site.core(), rewriter);
        thread.start();
        return new Running() {
            @Override
            public String target() {
                return site.virtual();
            }

            @Override
            public void close() {
                rewriter.stop();
                thread.join(STOP_MS);
                steering.close();
                ports.close();
            }
        };
    }
}
