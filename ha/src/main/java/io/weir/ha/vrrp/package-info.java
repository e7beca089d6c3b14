/** VRRP version 3 (RFC 9568): messages, state machine, transport, and what a mastership does to the data plane. */
package io.weir.ha.vrrp;
