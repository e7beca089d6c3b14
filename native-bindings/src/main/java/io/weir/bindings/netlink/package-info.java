/** Links, addresses, routes and neighbours of the kernel, through rtnetlink. */
package io.weir.bindings.netlink;
