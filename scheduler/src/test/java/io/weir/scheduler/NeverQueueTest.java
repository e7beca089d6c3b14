package io.weir.scheduler;

class NeverQueueTest extends SchedulerContract {
    NeverQueueTest() {
        super(SchedulerKind.NQ);
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
