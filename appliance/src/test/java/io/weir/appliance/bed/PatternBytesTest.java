package io.weir.appliance.bed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PatternBytesTest {
    @Test
    void shouldHaveTheKnownDigestWhenReadFromTheStart() {
        // computed by a program of its own
        assertEquals("486181e3cc0749458362a34bcdd901fceaa6d7b6f599c427f0601af6bd490406", PatternBytes.sha256(13));
        assertEquals("a1f671f288a805b1c9a34ce39a4d45aceddc76b7aa3684c5bd407f02a632917a", PatternBytes.sha256(100_000));
    }

    @Test
    void shouldReadTheSameBytesWhenItStartsInTheMiddle() {
        byte[] whole = new byte[200];
        PatternBytes.read(0, whole, whole.length);
        for (int from = 0; from < 40; from++) {
            byte[] part = new byte[50];
            PatternBytes.read(from, part, part.length);
            assertArrayEquals(Arrays.copyOfRange(whole, from, from + 50), part);
        }
    }
}
