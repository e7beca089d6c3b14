package io.weir.perf.jmh;

import io.weir.scheduler.ConnectionCounts;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.RealServer;
import io.weir.scheduler.ServerPool;
import java.util.ArrayList;
import java.util.List;

/** Servers to choose from. */
final class Pools {
    /** Connections that differ from server to server and do not change. */
    static final ConnectionCounts COUNTS = new ConnectionCounts() {
        @Override
        public int active(int position) {
            return 100 + position % 7;
        }

        @Override
        public int inactive(int position) {
            return position % 11;
        }
    };

    private Pools() {}

    /** Servers with weights 1 to 4. */
    static ServerPool of(int servers) {
        List<RealServer> all = new ArrayList<>();
        for (int s = 0; s < servers; s++) {
            all.add(RealServer.of(IpAddress.ofV4(0xac10_0002 + s), 8000, 1 + s % 4));
        }
        return ServerPool.of(all);
    }
}
