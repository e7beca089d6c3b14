package io.weir.perf.pktgen;

/** Opens the driver that was asked for. */
final class Engines {
    private Engines() {}

    static Engine open(GeneratorOptions options) {
        return new PortEngine(options);
    }
}
