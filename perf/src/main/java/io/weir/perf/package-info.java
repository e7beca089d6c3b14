/** Benchmarks and traffic generation. */
package io.weir.perf;
