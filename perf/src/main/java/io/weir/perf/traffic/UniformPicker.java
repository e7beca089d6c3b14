package io.weir.perf.traffic;

/** Any flow, equally likely. */
final class UniformPicker implements FlowPicker {
    private final int flows;
    private final Xorshift random;

    UniformPicker(int flows, long seed) {
        this.flows = flows;
        this.random = new Xorshift(seed);
    }

    @Override
    public int next() {
        return random.below(flows);
    }
}
