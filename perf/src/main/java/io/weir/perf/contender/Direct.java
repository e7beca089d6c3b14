package io.weir.perf.contender;

/** Nobody: the node's kernel routes, and the clients ask for the first server by its own address. */
public record Direct() implements Contender {
    @Override
    public String label() {
        return "direct";
    }

    @Override
    public String where(int core) {
        return "no balancer: the kernel routes on the senders' cores, to one server";
    }

    @Override
    public Running start(Site site) {
        return new Running() {
            @Override
            public String target() {
                return site.firstServer();
            }

            @Override
            public boolean hasOwnCore() {
                return false;
            }

            @Override
            public void close() {}
        };
    }
}
