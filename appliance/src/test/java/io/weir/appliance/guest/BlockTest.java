package io.weir.appliance.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {
    private static final SortedSet<IpAddress> ADDRESSES =
            new TreeSet<>(List.of(IpAddress.parse("10.10.1.100"), IpAddress.parse("2001:db8::100")));

    @Test
    void shouldGiveBackEveryByteWhereverItWasPut() throws GuestException {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            final StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append("\n\n\r ab#[\u00ff\u0000".charAt(random.nextInt(10)));
            }
            final int at = random.nextInt(text.length() + 1);
            final String there = text.toString();
            final boolean lineStart = at == there.length() || at == 0 || there.charAt(at - 1) == '\n';
            if (lineStart) {
                final String with = Block.insert(there, at, ADDRESSES, List.of("a line", "another"));
                final String twice = Block.append(with, ADDRESSES, List.of());
                assertEquals(there, Block.remove(with), () -> "seed " + seed);
                assertEquals(there, Block.remove(twice), () -> "seed " + seed);
                assertEquals(ADDRESSES, Block.addresses(twice), () -> "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# weir: begin 10.10.1.100\nand no end\n",
                "# weir: end\n",
                "# weir: begin\n# weir: begin\n# weir: end\n# weir: end\n",
                "# weir: begin nonsense\n# weir: end\n",
            })
    void shouldTouchNothingThatWasTornApart(String text) {
        final String message =
                assertThrows(GuestException.class, () -> Block.remove(text)).getMessage();
        assertTrue(message.endsWith("were changed; remove them by hand"), message);
    }
}
