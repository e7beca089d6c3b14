package io.weir.perf.contender;

import io.weir.perf.OwnJava;

/**
 * A Weir node with one worker, in a process of its own.
 *
 * @param driver {@code af_xdp} or {@code af_packet}
 */
public record Weir(String driver) implements Contender {
    @Override
    public String label() {
        return "weir " + driver;
    }

    @Override
    public String where(int core) {
        return "one worker, busy polling on core " + core;
    }

    @Override
    public boolean usesXdp() {
        return driver.equals("af_xdp");
    }

    @Override
    public Running start(Site site) {
        WeirNode node = WeirNode.start(
                site, driver, WeirNode.CAPACITY, directory -> OwnJava.node(io.weir.appliance.Weir.class));
        return new Running() {
            @Override
            public String target() {
                return site.virtual();
            }

            @Override
            public void close() {
                node.close();
            }
        };
    }
}
