/** Threads whose costs are measured, and tasks in network namespaces. */
package io.weir.perf.thread;
