package io.weir.engine.testing;

/**
 * A frame that left the node.
 *
 * @param worker the worker that sent it
 * @param port the port it left by
 * @param frame its bytes
 * @param packet the same, taken apart
 */
public record Sent(int worker, int port, byte[] frame, Dissection packet) {}
