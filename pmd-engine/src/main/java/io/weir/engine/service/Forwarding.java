package io.weir.engine.service;

import java.util.Locale;

/** How a client's packet gets to its server, and the server's answer to the client. */
public enum Forwarding {
    /** VS/NAT: the destination becomes the server's address and port; answers pass here and are translated back. */
    NAT(true),
    /**
     * Full NAT: the source becomes one of the node's own addresses and ports, too, so the server answers to the node
     * wherever its gateway is. It never learns of the client.
     */
    FULLNAT(true),
    /**
     * VS/DR: the frame goes to the server's MAC address, the destination stays the virtual address, which the server
     * holds too. Where the server's port is another than the virtual one it becomes the destination port, and whoever
     * carries the answers has to put the virtual one back. Answers go straight to the client.
     */
    DR(false),
    /**
     * VS/TUN: as DR, but the packet travels in an outer one to the server's address, so the server may be behind routers. It
     * takes the outer header off, and finds the virtual address, which it holds, in the inner one.
     */
    TUN(false);

    private final boolean answersPass;

    Forwarding(boolean answersPass) {
        this.answersPass = answersPass;
    }

    /** Whether the servers' answers pass this node. */
    public boolean answersPass() {
        return answersPass;
    }

    /** The word for it in the properties file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
