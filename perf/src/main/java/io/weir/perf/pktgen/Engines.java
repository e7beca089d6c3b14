package io.weir.perf.pktgen;

import java.util.ArrayList;
import java.util.List;

/** Opens the driver that was asked for, or the next best where the kernel's generator is missing. */
final class Engines {
    /** An engine that stands in for another. */
    private record Substitute(Engine engine, List<String> reasons) implements Engine {
        @Override
        public GeneratorDriver driver() {
            return engine.driver();
        }

        @Override
        public List<String> notes() {
            List<String> notes = new ArrayList<>(reasons);
            notes.addAll(engine.notes());
            return notes;
        }

        @Override
        public List<? extends Sender> senders() {
            return engine.senders();
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private Engines() {}

    static Engine open(GeneratorOptions options) {
        return switch (options.driver()) {
            case XDP -> new LiveEngine(options);
            case PKTGEN -> openPktgen(options);
            default -> new PortEngine(options);
        };
    }

    private static Engine openPktgen(GeneratorOptions options) {
        String missing = KernelPktgenEngine.missing(options.namespace());
        if (missing.isEmpty()) {
            return new KernelPktgenEngine(options);
        }
        List<String> reasons = new ArrayList<>(List.of(missing));
        try {
            return new Substitute(new LiveEngine(options.withDriver(GeneratorDriver.XDP)), reasons);
        } catch (RuntimeException e) {
            reasons.add("no XDP either: " + e.getMessage());
        }
        return new Substitute(new PortEngine(options.withDriver(GeneratorDriver.AUTO)), reasons);
    }
}
