/** AF_PACKET sockets: a receive ring shared with the kernel, and transmission in batches; {@code linux/if_packet.h}. */
package io.weir.bindings.packet;
