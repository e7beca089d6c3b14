/** {@code weir train}: a recording of a node's start, for quicker ones. */
package io.weir.appliance.train;
