package io.weir.perf.traffic;

/** One flow after another. */
final class TurnsPicker implements FlowPicker {
    private final int flows;
    private int next;

    TurnsPicker(int flows) {
        this.flows = flows;
    }

    @Override
    public int next() {
        int flow = next;
        next = flow + 1 == flows ? 0 : flow + 1;
        return flow;
    }
}
