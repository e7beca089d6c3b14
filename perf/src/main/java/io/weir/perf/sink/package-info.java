/** The measuring side: counting, loss, latency, and answers. */
package io.weir.perf.sink;
