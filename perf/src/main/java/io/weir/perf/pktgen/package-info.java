/** The generator: drivers, what each thread sends, and the command line. */
package io.weir.perf.pktgen;
