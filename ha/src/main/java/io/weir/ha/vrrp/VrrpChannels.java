package io.weir.ha.vrrp;

import io.weir.bindings.NativeException;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The open channels, one a family at most: opened anew when the device or its addresses change, or when opening failed a
 * while ago. HA thread only.
 */
final class VrrpChannels implements AutoCloseable {
    private static final long RETRY_NS = 250_000_000L;

    private final ChannelOpener opener;
    private final List<IpAddress> peers;
    private List<Office.Line> lines = List.of();
    private Surroundings opened;
    private String trouble = "";
    private long triedNs;

    VrrpChannels(ChannelOpener opener, List<IpAddress> peers) {
        this.opener = opener;
        this.peers = List.copyOf(peers);
    }

    /**
     * Opens what can be opened, if anything has changed.
     *
     * @return whether channels were opened or closed
     */
    boolean update(Surroundings now, long nowNs) {
        boolean asBefore = opened != null
                && opened.device().equals(now.device())
                && opened.index() == now.index()
                && opened.mtu() == now.mtu()
                && opened.ipv4().equals(now.ipv4())
                && opened.ipv6().equals(now.ipv6())
                && opened.virtual().equals(now.virtual());
        if (asBefore && (trouble.isEmpty() || nowNs - triedNs < RETRY_NS)) {
            return false;
        }
        triedNs = nowNs;
        opened = now;
        close();
        trouble = "";
        List<Office.Line> open = new ArrayList<>();
        for (boolean v4 : new boolean[] {true, false}) {
            List<IpAddress> advertised = now.virtual().advertised(v4, now.mtu());
            List<IpAddress> mine = peers.stream().filter(p -> p.isV4() == v4).toList();
            Optional<IpAddress> source = now.source(v4);
            if (!advertised.isEmpty() && source.isPresent() && (peers.isEmpty() || !mine.isEmpty())) {
                try {
                    open.add(new Office.Line(opener.open(now.device(), source.get(), mine), advertised));
                } catch (NativeException e) {
                    trouble = e.getMessage();
                }
            }
        }
        lines = List.copyOf(open);
        return true;
    }

    List<Office.Line> lines() {
        return lines;
    }

    /** Why this node cannot speak at all; empty when it can. */
    Optional<String> hindrance() {
        if (!lines.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                trouble.isEmpty()
                        ? "%s has no address to advertise from".formatted(opened == null ? "?" : opened.device())
                        : trouble);
    }

    @Override
    public void close() {
        lines.forEach(line -> line.channel().close());
        lines = List.of();
    }
}
