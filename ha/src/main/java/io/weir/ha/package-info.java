/** Who forwards: a node alone, or the master among several; takeover, and the reconstruction of connections. */
package io.weir.ha;
