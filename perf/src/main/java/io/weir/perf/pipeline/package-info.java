/** The data plane alone, between memory ports: nanoseconds a packet with no kernel in the way. */
package io.weir.perf.pipeline;
