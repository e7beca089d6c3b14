/** Flow records: their layout, the table that finds them, their states and timeouts. */
package io.weir.engine.flow;
