/** The poll-mode data plane: port, parse, look up, forward, port. */
package io.weir.engine;
