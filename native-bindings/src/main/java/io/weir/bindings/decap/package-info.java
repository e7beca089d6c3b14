/** Unwraps tunnels at a real server, in the kernel. */
package io.weir.bindings.decap;
