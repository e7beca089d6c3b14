package io.weir.appliance.demo;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.io.IOException;
import java.util.Set;

/** HTTP requests over one connection, one after the other. */
final class KeptAlive extends Conversation {
    private static final int PAUSE_MS = 50;
    private static final Set<String> SERVERS = Set.of("a", "b");

    KeptAlive(IpFamily family) {
        super("keep-alive HTTP", family);
    }

    @Override
    void converse() throws IOException, InterruptedException {
        try (WebConnection connection = new WebConnection(family().vip(VirtualService.WEB))) {
            openedFrom(connection.localPort());
            while (!isEnding()) {
                long asked = System.nanoTime();
                String answer = connection.get("/");
                require(SERVERS.contains(answer), "the answer is \"" + answer + "\"");
                advanced(System.nanoTime() - asked);
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
