package io.weir.engine.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.Seeded;
import io.weir.scheduler.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointIndexTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 50, 5000})
    void shouldEqualAHashMap(int entries) {
        SplittableRandom random = Seeded.random("EndpointIndexTest " + entries);
        EndpointIndex.Builder builder = EndpointIndex.builder();
        Map<List<Long>, Integer> model = new HashMap<>();
        for (int n = 0; n < entries; n++) {
            List<Long> key = key(random);
            builder.put(
                    key.get(0), key.get(1), key.get(2).intValue(), key.get(3).intValue(), n);
            model.put(key, n);
        }
        EndpointIndex index = builder.build();
        model.forEach((key, value) -> assertEquals(value, find(index, key)));
        for (int n = 0; n < 20_000; n++) {
            List<Long> key = key(random);
            assertEquals(model.getOrDefault(key, EndpointIndex.ABSENT), find(index, key));
        }
    }

    /** A few addresses, some that look like empty slots, with many ports. */
    private static List<Long> key(SplittableRandom random) {
        return List.of(
                random.nextInt(4) == 0 ? -1L : random.nextInt(2),
                (long) random.nextInt(3) - 1,
                (long) (random.nextInt(20) == 0 ? 65535 : random.nextInt(4000)),
                random.nextInt(4) == 0 ? 255L : 6 + 11 * random.nextInt(2));
    }

    private static int find(EndpointIndex index, List<Long> key) {
        return index.find(
                key.get(0), key.get(1), key.get(2).intValue(), key.get(3).intValue());
    }

    @Test
    void shouldFindAPortInAFewStepsWhenOneAddressHasMany() {
        IpAddress address = IpAddress.parse("202.103.106.5");
        EndpointIndex.Builder builder = EndpointIndex.builder();
        for (int port = 1; port <= 200; port++) {
            builder.put(address.hi(), address.lo(), port, 6, port);
        }
        EndpointIndex index = builder.build();
        assertTrue(index.longestProbe() <= 8, index.longestProbe() + " steps");
    }
}
