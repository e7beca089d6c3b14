package io.weir.scheduler;

class MaglevPortFallbackTest extends SchedulerContract {
    MaglevPortFallbackTest() {
        super(SchedulerKind.MH, SchedulerFlag.MH_PORT, SchedulerFlag.MH_FALLBACK);
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
