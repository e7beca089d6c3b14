package io.weir.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the documents lead somewhere. */
class DocumentLinksTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @Test
    void shouldLeadToFiles() throws IOException {
        List<String> broken = new ArrayList<>();
        try (Stream<Path> documents = Stream.concat(
                Stream.of("README.md", "CHANGELOG.md").map(ROOT::resolve), Files.walk(ROOT.resolve("docs")))) {
            for (Path document :
                    documents.filter(path -> path.toString().endsWith(".md")).toList()) {
                Matcher links = LINK.matcher(Files.readString(document));
                while (links.find()) {
                    if (!Files.exists(document.resolveSibling(links.group(1)))) {
                        broken.add(ROOT.relativize(document) + " → " + links.group(1));
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
    }
}
