package io.weir.scheduler;

class DestinationHashTest extends SchedulerContract {
    DestinationHashTest() {
        super(SchedulerKind.DH);
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
