package io.weir.appliance.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IcmpEcho;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/** What the demonstration's client does; every method runs in the client's namespace and fails with the reason. */
final class DemoChecks {
    private static final int PATIENCE_MS = 5_000;
    private static final int PINGS = 5;

    private final Bed bed;

    DemoChecks(Bed bed) {
        this.bed = bed;
    }

    /** Something that did not hold. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(String reason) {
            super(reason);
        }
    }

    /** Sends requests, each on a connection of its own, and counts who answered. */
    Map<String, Integer> requests(IpFamily family, int number, IntConsumer progress) {
        return bed.client().call(() -> {
            Map<String, Integer> served = new TreeMap<>();
            for (int i = 1; i <= number; i++) {
                served.merge(WebConnection.fetch(family.vip(VirtualService.WEB), "/"), 1, Integer::sum);
                progress.accept(i);
            }
            return served;
        });
    }

    String sharesByWeight(Map<String, Integer> served, VirtualService service) {
        int weights = service.servers().stream()
                .mapToInt(VirtualService.RealServer::weight)
                .sum();
        int requests = served.values().stream().mapToInt(Integer::intValue).sum();
        for (VirtualService.RealServer server : service.servers()) {
            int expected = requests * server.weight() / weights;
            int actual = served.getOrDefault(server.id(), 0);
            require(actual == expected, "server %s got %d instead of %d".formatted(server.id(), actual, expected));
        }
        return "exactly by weight";
    }

    String seesClientsAddress(IpFamily family) {
        String seen = bed.client().call(() -> WebConnection.fetch(family.vip(VirtualService.WEB), "/peer"));
        require(
                IpFamily.address(seen).equals(IpFamily.address(family.front(2))),
                "the server sees " + seen + ", not " + family.front(2));
        return seen;
    }

    String greets(IpFamily family) {
        return bed.client().call(() -> {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(PATIENCE_MS);
                socket.connect(family.vip(VirtualService.FTP), PATIENCE_MS);
                String greeting =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
                require("220 b ready".equals(greeting), "the greeting is \"" + greeting + "\"");
                return "\"" + greeting + "\"";
            }
        });
    }

    String downloads(IpFamily family, long length) {
        return transfers(family, length, connection -> connection.download(length));
    }

    String uploads(IpFamily family, long length) {
        return transfers(family, length, connection -> connection.upload(length));
    }

    private interface Transfer {
        String digest(WebConnection connection) throws IOException;
    }

    private String transfers(IpFamily family, long length, Transfer transfer) {
        String expected = PatternBytes.sha256(length);
        long start = System.nanoTime();
        String digest = bed.client().call(() -> {
            try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                return transfer.digest(connection);
            }
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        require(digest.equals(expected), "SHA-256 is " + digest + ", not " + expected);
        return String.format(
                Locale.ROOT, "SHA-256 %s… equal, %.0f MB/s", digest.substring(0, 12), length / 1e6 / seconds);
    }

    String refuses(IpFamily family) {
        return bed.client().call(() -> {
            long start = System.nanoTime();
            try (Socket socket = new Socket()) {
                socket.connect(family.vip(VirtualService.REFUSED), PATIENCE_MS);
                throw new Failed("the connection was accepted");
            } catch (ConnectException e) {
                return String.format(
                        Locale.ROOT, "%s after %.1f ms", e.getMessage(), (System.nanoTime() - start) / 1e6);
            }
        });
    }

    String answersPings(IpFamily family) {
        return bed.client().call(() -> {
            double best = Double.MAX_VALUE;
            for (int i = 1; i <= PINGS; i++) {
                long ns = IcmpEcho.ping(IpFamily.address(family.vip()), 56, i, PATIENCE_MS)
                        .orElseThrow(() -> new Failed("no answer within " + PATIENCE_MS + " ms"));
                best = Math.min(best, ns / 1e6);
            }
            return String.format(Locale.ROOT, "%d of %d, best %.2f ms", PINGS, PINGS, best);
        });
    }

    private static void require(boolean held, String reason) {
        if (!held) {
            throw new Failed(reason);
        }
    }
}
