/** AF_XDP sockets and their four rings: {@code linux/if_xdp.h}, {@code Documentation/networking/af_xdp.rst}. */
package io.weir.bindings.xdp;
