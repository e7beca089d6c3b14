package io.weir.perf.traffic;

/**
 * Draws from any distribution in constant time: the alias method (Walker 1977, as Vose 1991 builds it). Each of the n
 * equally likely places holds one flow with some probability and its alias otherwise.
 */
final class AliasPicker implements FlowPicker {
    private final int[] threshold; // of 2³², as an unsigned number shifted by one: 0…2³¹
    private final int[] alias;
    private final Xorshift random;

    AliasPicker(double[] weights, long seed) {
        int n = weights.length;
        threshold = new int[n];
        alias = new int[n];
        random = new Xorshift(seed);
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double[] scaled = new double[n];
        int[] stack = new int[n]; // small ones from the left, large ones from the right
        int small = 0;
        int large = n;
        for (int i = 0; i < n; i++) {
            scaled[i] = weights[i] * n / sum;
            if (scaled[i] < 1) {
                stack[small++] = i;
            } else {
                stack[--large] = i;
            }
        }
        while (small > 0 && large < n) {
            int less = stack[--small];
            int more = stack[large];
            threshold[less] = (int) Math.min(Integer.MAX_VALUE, Math.round(scaled[less] * (1L << 31)));
            alias[less] = more;
            scaled[more] -= 1 - scaled[less];
            if (scaled[more] < 1) {
                large++;
                stack[small++] = more;
            }
        }
        while (large < n) {
            keep(stack[large++]);
        }
        while (small > 0) {
            keep(stack[--small]); // what rounding left over
        }
    }

    private void keep(int place) {
        threshold[place] = Integer.MAX_VALUE;
        alias[place] = place;
    }

    @Override
    public int next() {
        long bits = random.next();
        int place = (int) ((bits >>> 32) * threshold.length >>> 32);
        return (int) (bits >>> 1 & Integer.MAX_VALUE) < threshold[place] ? place : alias[place];
    }
}
