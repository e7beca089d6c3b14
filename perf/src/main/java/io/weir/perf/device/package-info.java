/** Ports for generating and measuring: how traffic finds them, and what the kernel counts beside them. */
package io.weir.perf.device;
