/** Raw IP sockets: whole IP payloads of one protocol, with all that a receiver has to check of their headers. */
package io.weir.bindings.raw;
