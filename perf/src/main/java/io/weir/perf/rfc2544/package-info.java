/** The benchmarks of RFC 2544 §26 over any {@link io.weir.perf.line.Line}. */
package io.weir.perf.rfc2544;
