/**
 * The poll-mode data plane. A packet's way, top to bottom: {@link io.weir.engine.port} receives it,
 * {@code packet} parses it, {@code flow} finds its record,
 * {@code forward} rewrites it, and a port sends it; {@code worker} turns the crank.
 */
package io.weir.engine;
