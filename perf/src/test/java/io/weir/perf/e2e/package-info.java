/** Traffic of the generator through a running node. */
package io.weir.perf.e2e;
