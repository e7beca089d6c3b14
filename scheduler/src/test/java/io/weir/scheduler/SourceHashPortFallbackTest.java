package io.weir.scheduler;

class SourceHashPortFallbackTest extends SchedulerContract {
    SourceHashPortFallbackTest() {
        super(SchedulerKind.SH, SchedulerFlag.SH_PORT, SchedulerFlag.SH_FALLBACK);
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
