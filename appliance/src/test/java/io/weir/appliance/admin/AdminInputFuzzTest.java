package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.LoadedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whatever a client sends: it is understood, or refused with a sentence, and changes nothing but what it may change. */
class AdminInputFuzzTest {
    private static final ConfigLoader LOADER =
            new ConfigLoader(new HostFacts("host", List.of(0, 1), Optional.empty(), Map.of()));
    private static final LoadedConfig NODE = node();

    private static LoadedConfig node() {
        try {
            Path file = Files.createTempFile("fuzzed", ".properties");
            file.toFile().deleteOnExit();
            Files.writeString(file, """
                    io.interface.front = eth0
                    service.web.address = 202.103.106.5:80
                    service.web.server.a = 172.16.0.2:80
                    service.other.address = 202.103.106.6:80
                    service.other.server.a = 172.16.0.2:80
                    """);
            return LOADER.load(file);
        } catch (IOException | ConfigurationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @FuzzTest(maxDuration = "20s")
    void shouldUnderstandTargetOrRefuseIt(byte[] input) {
        try {
            Request request = Request.of("GET", new String(input, UTF_8), Map.of(), new byte[0]);
            assertFalse(request.path().isEmpty());
            request.permit(ConnectionQuery.PARAMETERS);
            ConnectionQuery query = ConnectionQuery.of(request.query());
            assertTrue(query.limit() >= 1 && query.limit() <= ConnectionQuery.MOST);
            assertTrue(query.prefix() >= 0 && query.prefix() <= 128);
        } catch (ApiException e) {
            assertFalse(e.getMessage().isBlank());
        }
    }

    @FuzzTest(maxDuration = "20s")
    void shouldChangeNothingBeyondTheServiceThatIsPut(byte[] body) {
        try {
            Request request = Request.of("PUT", "/v1/services/web", Map.of(), body);
            ServiceEdit edit = ServiceEdit.put("web", request.json());
            Map<String, String> texts = edit.apply(NODE.texts());
            texts.keySet()
                    .forEach(key -> assertTrue(
                            key.startsWith("service.web.") || NODE.texts().containsKey(key), key));
            LoadedConfig next = LOADER.change(NODE, texts);
            assertTrue(next.node().services().stream()
                    .anyMatch(service -> service.name().equals("other")));
            assertTrue(next.node().services().size() == 2);
        } catch (ApiException e) {
            assertFalse(e.getMessage().isBlank());
        } catch (ConfigurationException e) {
            assertFalse(e.problems().isEmpty());
        }
    }
}
