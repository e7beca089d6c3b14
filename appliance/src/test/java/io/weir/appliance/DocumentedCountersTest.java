package io.weir.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.counters.Counter;
import io.weir.ha.HaCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of counters in the documentation are those of {@link Counter} and {@link HaCounter};
 * {@code -Dweir.docs.write=true} makes them so.
 */
class DocumentedCountersTest {
    private static final Path OPERATIONS = Path.of("../docs/operations.md");
    private static final String BEGIN = "<!-- %s: written by DocumentedCountersTest, see there -->\n";
    private static final String END = "<!-- /%s -->";

    @Test
    void shouldDocumentEveryCounterAsTheEnumDoes() throws IOException {
        assertDocumented("counters", Stream.of(Counter.values()).map(c -> row(c.label(), c.meaning())));
    }

    @Test
    void shouldDocumentEveryCounterOfTheHaThreadAsTheEnumDoes() throws IOException {
        assertDocumented("ha-counters", Stream.of(HaCounter.values()).map(c -> row(c.label(), c.meaning())));
    }

    private static String row(String label, String meaning) {
        return "| `%s` | %s |\n".formatted(label, meaning);
    }

    private static void assertDocumented(String mark, Stream<String> rows) throws IOException {
        String table = "| counter | counts |\n|---|---|\n" + rows.collect(Collectors.joining());
        String document = Files.readString(OPERATIONS);
        int begin =
                document.indexOf(BEGIN.formatted(mark)) + BEGIN.formatted(mark).length();
        int end = document.indexOf(END.formatted(mark));
        assertTrue(begin >= BEGIN.formatted(mark).length() && end >= begin, "the marks around the table are gone");
        if (Boolean.getBoolean("weir.docs.write")) {
            Files.writeString(OPERATIONS, document.substring(0, begin) + table + document.substring(end));
            return;
        }
        assertEquals(
                table,
                document.substring(begin, end),
                "docs/operations.md and the enum differ: mvn -pl appliance -am test -Dtest=DocumentedCountersTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dweir.docs.write=true");
    }
}
