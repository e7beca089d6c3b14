package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;

/** What the node and a server say to each other over a connection of the node's own. */
record Link(Ends ends, Peer local, Peer server) {
    static Link of(Ends ends, Sent syn) {
        assertEquals(BACK, syn.port());
        assertEquals(SYN, syn.packet().flags());
        Link link = new Link(ends, syn.packet().from(), syn.packet().to());
        assertEquals(ends.local().address(), link.local.address());
        assertTrue(link.local.port() >= Ends.FIRST_PORT && link.local.port() <= Ends.LAST_PORT);
        assertTrue(ends.servers().contains(link.server));
        return link;
    }

    FrameBuilder down(int flags, int seq, int ack) {
        return FrameBuilder.tcp(server, local, flags, seq, ack).atBack();
    }

    /** Asserts that a frame went to the server over this connection. */
    Dissection assertAtServer(Sent sent) {
        assertEquals(BACK, sent.port());
        assertEquals(local, sent.packet().from());
        assertEquals(server, sent.packet().to());
        return sent.packet();
    }
}
