package io.weir.appliance.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StderrLogTest {
    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void forget() {
        System.clearProperty("weir.log.level");
        System.clearProperty("logback.configurationFile");
    }

    @Test
    void shouldLogFromTheLevelThatIsAskedFor() {
        System.setProperty("weir.log.level", "debug");

        ExecutionStatus then = new StderrLog().configure(context);

        assertEquals(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY, then);
        assertEquals(Level.DEBUG, context.getLogger("ROOT").getLevel());
        assertTrue(context.getLogger("ROOT").getAppender("stderr").isStarted());
    }

    @Test
    void shouldLogFromInfoOnWhenTheLevelIsNotKnown() {
        System.setProperty("weir.log.level", "chatty");

        new StderrLog().configure(context);

        assertEquals(Level.INFO, context.getLogger("ROOT").getLevel());
    }

    @Test
    void shouldLeaveTheLogToAnOperatorsOwnFile() {
        System.setProperty("logback.configurationFile", "/etc/weir/logback.xml");

        ExecutionStatus then = new StderrLog().configure(context);

        assertEquals(ExecutionStatus.INVOKE_NEXT_IF_ANY, then);
        assertFalse(context.getLogger("ROOT").iteratorForAppenders().hasNext());
    }

    @Test
    void shouldWriteTimeLevelThreadAndLastPartOfTheName() {
        LoggingEvent event = event(Level.WARN, "server {}: down", null, "10.0.0.2");

        assertEquals(
                "2026-02-01T09:30:00.045Z WARN  [weir-control] weir: server 10.0.0.2: down\n",
                new LineLayout(ZoneId.of("Z")).doLayout(event));
        assertTrue(new LineLayout(ZoneId.of("Europe/Berlin"))
                .doLayout(event)
                .startsWith("2026-02-01T10:30:00.045+01:00 WARN "));
    }

    @Test
    void shouldPutAStackTraceBehindTheLine() {
        LoggingEvent event = event(Level.ERROR, "gone", new IllegalStateException("why"));

        String text = new LineLayout(ZoneId.of("Z")).doLayout(event);

        assertEquals(
                "java.lang.IllegalStateException: why",
                text.lines().skip(1).findFirst().orElseThrow());
        assertTrue(text.contains("\tat " + getClass().getName() + ".shouldPut"), text);
        assertTrue(text.endsWith("\n"), text);
    }

    private LoggingEvent event(Level level, String message, Throwable thrown, Object... arguments) {
        LoggingEvent event = new LoggingEvent("", context.getLogger("io.weir"), level, message, thrown, arguments);
        event.setInstant(Instant.parse("2026-02-01T09:30:00.045Z"));
        event.setThreadName("weir-control");
        return event;
    }
}
