package io.weir.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.counters.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table of counters in the documentation is that of {@link Counter}; {@code -Dweir.docs.write=true} makes it so. */
class DocumentedCountersTest {
    private static final Path OPERATIONS = Path.of("../docs/operations.md");
    private static final String BEGIN = "<!-- counters: written by DocumentedCountersTest, see there -->\n";
    private static final String END = "<!-- /counters -->";

    @Test
    void shouldDocumentEveryCounterAsTheEnumDoes() throws IOException {
        String document = Files.readString(OPERATIONS);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        assertTrue(begin >= BEGIN.length() && end >= begin, "the marks around the table are gone");
        if (Boolean.getBoolean("weir.docs.write")) {
            Files.writeString(OPERATIONS, document.substring(0, begin) + table() + document.substring(end));
            return;
        }
        assertEquals(
                table(),
                document.substring(begin, end),
                "docs/operations.md and Counter differ: mvn -pl appliance -am test -Dtest=DocumentedCountersTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dweir.docs.write=true");
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| counter | counts |\n|---|---|\n");
        for (Counter counter : Counter.values()) {
            table.append("| `%s` | %s |\n".formatted(counter.label(), counter.meaning()));
        }
        return table.toString();
    }
}
