package io.weir.scheduler;

class TwoChoicesTest extends SchedulerContract {
    TwoChoicesTest() {
        super(SchedulerKind.TWOS);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return byWeight(pool, position);
    }

    @Override
    double tolerance() {
        return 0.01;
    }
}
