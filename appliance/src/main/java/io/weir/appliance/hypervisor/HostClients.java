package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;

/**
 * The clients of one hypervisor's guests under {@code hypervisor.flows = client}, whether its switch is connected or not.
 * The I/O thread's.
 */
final class HostClients implements ClientCalls.Changes {
    /** Entries for clients that one switch may have: it has memory for more, but a flood of addresses makes each. */
    private static final int LIMIT = 1 << 16;

    private final ClientCalls calls = new ClientCalls(LIMIT, this);
    private final EarlyReplies early = new EarlyReplies(calls, this::send);
    private ClientSession session;

    ClientCalls calls() {
        return calls;
    }

    EarlyReplies early() {
        return early;
    }

    /** The conversation with the switch; null when there is none. */
    void session(ClientSession now) {
        session = now;
        early.clear();
    }

    ClientStatus status() {
        return new ClientStatus(calls.entries(), early.relayed(), early.dropped(), calls.refused());
    }

    @Override
    public void add(ClientEntry entry) {
        if (session != null) {
            session.add(entry);
        }
    }

    @Override
    public void remove(ClientEntry entry) {
        if (session != null) {
            session.remove(entry);
        }
    }

    private void send(int inPort, ByteBuf frame, boolean tcp, int guestPort, int virtualPort) {
        if (session != null) {
            session.send(inPort, frame, tcp, guestPort, virtualPort);
        }
    }
}
