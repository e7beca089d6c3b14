/**
 * The host's side of servers that are virtual machines: gives guests their virtual addresses through their guest agents, and
 * has the guests' own network configuration keep them.
 */
package io.weir.appliance.guest;
