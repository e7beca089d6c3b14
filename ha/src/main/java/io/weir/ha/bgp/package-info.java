/** Many nodes at a time: host routes of virtual addresses for a routing daemon to announce. */
package io.weir.ha.bgp;
