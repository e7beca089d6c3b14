/** One client, one node, one host of servers in a line of veth pairs: packets through a machine. */
package io.weir.perf.line;
