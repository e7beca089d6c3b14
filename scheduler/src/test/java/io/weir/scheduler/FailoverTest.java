package io.weir.scheduler;

class FailoverTest extends SchedulerContract {
    FailoverTest() {
        super(SchedulerKind.FO);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return position == 0 ? 1 : 0;
    }
}
