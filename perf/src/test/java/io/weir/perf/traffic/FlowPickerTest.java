package io.weir.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowPickerTest {
    private static final int DRAWS = 2_000_000;
    private static final long SEED = 20_260_101;

    @Test
    void shouldTakeFlowsInTurn() {
        FlowPicker picker = Popularity.TURNS.picker(3, SEED);
        for (int i = 0; i < 10; i++) {
            assertEquals(i % 3, picker.next());
        }
    }

    @Test
    void shouldDrawEveryFlowAlikeWhenUniform() {
        int[] counts = draw(Popularity.UNIFORM, 100);
        for (int count : counts) {
            assertEquals(DRAWS / 100.0, count, 6 * Math.sqrt(DRAWS / 100.0));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.8, 1.0, 1.3})
    void shouldFollowZipfsLaw(double exponent) {
        int flows = 1000;
        double sum = 0;
        for (int i = 1; i <= flows; i++) {
            sum += Math.pow(i, -exponent);
        }
        int[] counts = draw(Popularity.zipf(exponent), flows);
        for (int i = 0; i < flows; i++) {
            double expected = DRAWS * Math.pow(i + 1.0, -exponent) / sum;
            assertEquals(expected, counts[i], 6 * Math.sqrt(expected) + 1, "flow " + i + ", seed " + SEED);
        }
        assertTrue(counts[0] > 100 * counts[flows - 1] / Math.pow(10, 1));
    }

    @Test
    void shouldDrawTheOnlyFlow() {
        for (Popularity law : new Popularity[] {Popularity.TURNS, Popularity.UNIFORM, Popularity.zipf(1)}) {
            assertEquals(0, law.picker(1, SEED).next());
        }
    }

    private static int[] draw(Popularity law, int flows) {
        FlowPicker picker = law.picker(flows, SEED);
        int[] counts = new int[flows];
        for (int i = 0; i < DRAWS; i++) {
            counts[picker.next()]++;
        }
        return counts;
    }
}
