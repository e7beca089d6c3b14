/** What a node counts, and the mapped file in which other processes read it. */
package io.weir.engine.counters;
