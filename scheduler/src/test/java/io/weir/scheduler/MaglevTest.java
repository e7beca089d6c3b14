package io.weir.scheduler;

class MaglevTest extends SchedulerContract {
    MaglevTest() {
        super(SchedulerKind.MH);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return byWeight(pool, position);
    }

    @Override
    double tolerance() {
        return 0.02;
    }
}
