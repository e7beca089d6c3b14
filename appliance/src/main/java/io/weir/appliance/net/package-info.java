/** The I/O thread: Netty on io_uring, or on NIO where the kernel does not allow that. */
package io.weir.appliance.net;
