package io.weir.appliance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.HealthConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Counting of rises and falls, in a time that the test makes. */
class HealthTest {
    private static final HealthConfig CONFIG =
            new HealthConfig(new HealthConfig.Check.Tcp(), Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3);
    private static final Outcome GOOD = Outcome.success("ok", 1_000);
    private static final Outcome BAD = Outcome.failure("connection refused", 2_000);

    private Instant now = Instant.EPOCH;
    private Health health = Health.unknown(now);

    /** Checks as told: + succeeds, - fails; returns the state after each, U or D. */
    private String checks(String outcomes) {
        StringBuilder states = new StringBuilder();
        for (char outcome : outcomes.toCharArray()) {
            now = now.plusSeconds(2);
            health = health.after(outcome == '+' ? GOOD : BAD, CONFIG, now);
            states.append(health.up() ? 'U' : 'D');
        }
        return states.toString();
    }

    @Test
    void shouldBeDownUntilFirstCheckAndThenAsItSays() {
        assertFalse(health.up() || health.known());
        assertEquals("U", checks("+"));
        assertTrue(health.known());
        assertEquals(1, health.transitions());
        health = Health.unknown(now);
        assertEquals("D", checks("-"));
        assertTrue(health.known());
        assertEquals(0, health.transitions(), "it was down before");
    }

    @Test
    void shouldNeedFallFailuresInRow() {
        assertEquals("UUUUUUDD", checks("+--+----"));
        assertEquals(2, health.transitions());
        assertEquals(Instant.EPOCH.plusSeconds(14), health.since(), "since the third in a row");
    }

    @Test
    void shouldNeedRiseSuccessesInRow() {
        assertEquals("DDDDDUU", checks("--+-++-"));
        assertEquals(7, health.checks());
        assertEquals(4, health.failures());
        assertEquals("connection refused", health.last());
        assertEquals(2_000, health.latencyNs());
    }

    @Test
    void shouldStayAsItIsWhenItFlapsFasterThanRiseAndFall() {
        assertEquals("U".repeat(1 + 3 * 20), checks("+" + "--+".repeat(20)));
        assertEquals(1, health.transitions());
        checks("---");
        assertEquals("D".repeat(2 * 20), checks("+-".repeat(20)));
        assertEquals(2, health.transitions());
    }

    @Test
    void shouldKeepStateButNotStreakWhenAskedInAnotherWay() {
        checks("+--");
        health = health.asked();
        assertTrue(health.up() && health.known());
        assertEquals("UUD", checks("---"), "three failures of the new way");
        checks("+");
        health = health.asked();
        assertEquals("DU", checks("++"), "two successes of the new way");
    }

    @Test
    void shouldTellOnlyWhatIsNews() {
        Random random = new Random(7);
        checks("-");
        Health before = health;
        long news = 0;
        for (int i = 0; i < 10_000; i++) {
            checks(random.nextInt(5) < 3 ? "+" : "-");
            news += health.isNewsAfter(before) ? 1 : 0;
            before = health;
        }
        assertTrue(news > 500, () -> "seed 7");
        assertEquals(news, health.transitions());
    }

    @Test
    void shouldSpreadChecksByNameAlone() {
        long interval = 2_000_000_000L;
        Set<Long> phases = new HashSet<>();
        long[] quarters = new long[4];
        for (int i = 0; i < 1_000; i++) {
            Target.Name name = new Target.Name("web" + i % 10, "server-" + i / 10);
            long phase = HealthChecker.phase(name, interval);
            assertEquals(phase, HealthChecker.phase(new Target.Name(name.service(), name.server()), interval));
            assertTrue(phase >= interval / 2 && phase < interval);
            phases.add(phase);
            quarters[(int) ((phase - interval / 2) * 4 / (interval / 2))]++;
        }
        assertTrue(phases.size() > 990);
        for (long quarter : quarters) {
            assertTrue(quarter > 150, () -> "uneven: " + java.util.Arrays.toString(quarters));
        }
    }
}
