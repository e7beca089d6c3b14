package io.weir.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Pools for tests: servers 172.16.x.y:8000. */
final class Pools {
    private Pools() {}

    static RealServer server(int number, int weight) {
        return RealServer.of(IpAddress.ofV4(0xac10_0000 + number), 8000, weight);
    }

    static ServerPool weights(int... weights) {
        final List<RealServer> servers = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            servers.add(server(i + 1, weights[i]));
        }
        return ServerPool.of(servers);
    }

    static ServerPool equal(int servers) {
        return weights(new SplittableRandom(0).ints(servers, 1, 2).toArray());
    }

    static ServerPool random(SplittableRandom random) {
        final List<RealServer> servers = new ArrayList<>();
        final int size = random.nextInt(1, 12);
        final int range = random.nextBoolean() ? 5 : 1000;
        for (int i = 0; i < size; i++) {
            servers.add(server(i + 1, random.nextInt(range)).withUsable(random.nextInt(4) != 0));
        }
        return ServerPool.of(servers);
    }

    static boolean available(RealServer server) {
        return server.usable() && server.weight() > 0;
    }
}
