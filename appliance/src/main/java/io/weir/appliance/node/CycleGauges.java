package io.weir.appliance.node;

import io.weir.engine.counters.CountersFile;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** The workers' cycle times of the last interval, from their recorders into the counters file. Control thread only. */
final class CycleGauges {
    private final CountersFile file;
    private final SingleWriterRecorder[] recorders;
    private final Histogram[] intervals;

    CycleGauges(CountersFile file, SingleWriterRecorder[] recorders) {
        this.file = file;
        this.recorders = recorders;
        this.intervals = new Histogram[recorders.length];
    }

    /** Ends an interval and begins the next. */
    void update() {
        for (int worker = 0; worker < recorders.length; worker++) {
            Histogram interval = recorders[worker].getIntervalHistogram(intervals[worker]);
            intervals[worker] = interval;
            file.cycleTimes(
                    worker,
                    interval.getValueAtPercentile(50),
                    interval.getValueAtPercentile(99),
                    interval.getValueAtPercentile(99.9),
                    interval.getMaxValue(),
                    interval.getTotalCount());
        }
    }
}
