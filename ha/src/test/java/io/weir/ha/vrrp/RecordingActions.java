package io.weir.ha.vrrp;

import io.weir.ha.HaState;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a router does, in its order, and lets a test decide how its data plane behaves. */
final class RecordingActions implements RouterActions {
    private final List<String> done = new ArrayList<>();
    private boolean canSpeak = true;
    private boolean mayForward = true;
    private boolean hasStopped = true;

    /** What was done since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(done);
        done.clear();
        return taken;
    }

    void canSpeak(boolean can) {
        canSpeak = can;
    }

    void mayForward(boolean may) {
        mayForward = may;
    }

    void hasStopped(boolean has) {
        hasStopped = has;
    }

    @Override
    public boolean advertise(int priority) {
        done.add("advertise " + priority);
        return canSpeak;
    }

    @Override
    public boolean mayForward() {
        return mayForward;
    }

    @Override
    public void startForwarding() {
        done.add("forward");
    }

    @Override
    public void reassert() {
        done.add("reassert");
    }

    @Override
    public void lapsed() {
        done.add("lapsed");
    }

    @Override
    public void stopForwarding() {
        done.add("stop");
    }

    @Override
    public boolean hasStopped() {
        return hasStopped;
    }

    @Override
    public void changed(HaState from, HaState to, String why) {
        done.add(from.label() + " to " + to.label());
    }
}
