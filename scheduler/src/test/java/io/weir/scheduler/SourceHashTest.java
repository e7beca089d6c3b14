package io.weir.scheduler;

class SourceHashTest extends SchedulerContract {
    SourceHashTest() {
        super(SchedulerKind.SH);
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
