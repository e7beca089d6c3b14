/** What keeps a worker from its work: long cycles, and whose fault they were. */
package io.weir.perf.hiccup;
