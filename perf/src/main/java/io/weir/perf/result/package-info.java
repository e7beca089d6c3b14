/** What every benchmark yields, and how it is shown to people and to machines. */
package io.weir.perf.result;
