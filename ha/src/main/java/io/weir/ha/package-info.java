/** Takeover and reconstruction of connections without replication. */
package io.weir.ha;
