/** Single operations of the engine and the schedulers under JMH. */
package io.weir.perf.jmh;
