package io.weir.appliance.bed;

/**
 * What a bed can vary.
 *
 * @param far whether there are routers, with a far client and a far server behind links of {@link Bed#FAR_MTU} bytes,
 *     and a third host
 * @param queues of the node's devices
 * @param frontMtu of the clients' network
 * @param backMtu of the servers' network
 * @param pair whether there are two nodes, each with addresses of its own, that share those which the hosts have their
 *     routes by
 * @param direct whether the servers hold the virtual addresses, and have a router of their own past the node
 */
public record BedOptions(boolean far, int queues, int frontMtu, int backMtu, boolean pair, boolean direct) {
    /** The article's network: a client, a node, two servers. */
    public static final BedOptions ARTICLE = new BedOptions(false, 1, 1500, 1500, false, false);

    /** With everything. */
    public static final BedOptions WHOLE = new BedOptions(true, 1, 1500, 1500, false, false);

    /** The article's network with two nodes in the place of one. */
    public static final BedOptions PAIR = new BedOptions(false, 1, 1500, 1500, true, false);

    /** As these, with as many queues. */
    public BedOptions withQueues(int number) {
        return new BedOptions(far, number, frontMtu, backMtu, pair, direct);
    }

    /** As these, with another MTU on the clients' side. */
    public BedOptions withFrontMtu(int mtu) {
        return new BedOptions(far, queues, mtu, backMtu, pair, direct);
    }

    /** As these, with another MTU on the servers' side. */
    public BedOptions withBackMtu(int mtu) {
        return new BedOptions(far, queues, frontMtu, mtu, pair, direct);
    }

    /** As these, with servers that answer past the node, or not. */
    public BedOptions withDirect(boolean past) {
        return new BedOptions(far, queues, frontMtu, backMtu, pair, past);
    }
}
