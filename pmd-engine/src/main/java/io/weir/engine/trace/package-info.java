/** What was decided about single flows and why: rings in a mapped file, written by the workers, read by anybody. */
package io.weir.engine.trace;
