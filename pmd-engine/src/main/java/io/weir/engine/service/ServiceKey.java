package io.weir.engine.service;

import io.weir.scheduler.IpAddress;

/**
 * What tells one service from another, as in IPVS: a change of any of these is another service, and the flows of the
 * old one end with it.
 *
 * @param address the virtual address
 * @param port the virtual port; 0: all ports
 * @param protocol TCP or UDP
 */
public record ServiceKey(IpAddress address, int port, int protocol) {}
