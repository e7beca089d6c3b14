package io.weir.perf.report;

import java.util.ArrayList;
import java.util.List;

/** How the values of an axis become lengths, and where its marks are. */
public enum Scale {
    /** In proportion, from 0. */
    LINEAR {
        @Override
        double place(double value) {
            return value;
        }

        @Override
        double low(double smallest) {
            return Math.min(0, smallest);
        }

        @Override
        List<Double> marks(double from, double to) {
            double rough = (to - from) / 5;
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
            List<Double> marks = new ArrayList<>();
            for (long k = Math.round(Math.ceil(from / step)); k * step <= to * 1.0001; k++) {
                marks.add(k * step);
            }
            return marks;
        }
    },
    /** By powers of ten. */
    LOG {
        @Override
        double place(double value) {
            return Math.log10(Math.max(value, 1e-9));
        }

        @Override
        double low(double smallest) {
            return smallest;
        }

        @Override
        List<Double> marks(double from, double to) {
            List<Double> marks = new ArrayList<>();
            boolean few = place(to) - place(from) < 2;
            for (double power = Math.floor(place(from)); power <= place(to); power++) {
                for (double factor : few ? new double[] {1, 2, 5} : new double[] {1}) {
                    double mark = factor * Math.pow(10, power);
                    if (mark >= from * 0.9999 && mark <= to * 1.0001) {
                        marks.add(mark);
                    }
                }
            }
            return marks;
        }
    },
    /** Percentiles, by the number of nines: 90, 99, 99.9 are equally far apart. */
    NINES {
        @Override
        double place(double value) {
            return -Math.log10(1 - Math.min(value, 99.9999) / 100);
        }

        @Override
        double low(double smallest) {
            return 0;
        }

        @Override
        List<Double> marks(double from, double to) {
            return List.of(0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999).stream()
                    .filter(mark -> mark >= from && mark <= to)
                    .toList();
        }
    };

    /** Where a value lies, in units of the scale. */
    abstract double place(double value);

    /** Where the axis begins. */
    abstract double low(double smallest);

    /** Values that get a mark. */
    abstract List<Double> marks(double from, double to);
}
