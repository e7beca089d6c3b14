package io.weir.bindings.netlink;

/** Something that the kernel knows of the network, as it was when it said so. */
public sealed interface NetlinkRecord permits Link, Address, Route, Neighbour {}
