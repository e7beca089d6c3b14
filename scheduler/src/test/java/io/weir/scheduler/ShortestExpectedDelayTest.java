package io.weir.scheduler;

class ShortestExpectedDelayTest extends SchedulerContract {
    ShortestExpectedDelayTest() {
        super(SchedulerKind.SED);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return byWeight(pool, position);
    }

    @Override
    double tolerance() {
        return 0.001;
    }
}
