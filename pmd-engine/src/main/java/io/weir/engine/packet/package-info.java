/** Packet layouts, checksums and the parser: what the bytes of a frame mean. */
package io.weir.engine.packet;
