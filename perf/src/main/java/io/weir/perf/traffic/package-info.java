/** What traffic looks like: flows, frames, sizes, rates and the stamp that a frame carries. No input or output. */
package io.weir.perf.traffic;
