/** A whole appliance between real peers: the same tests for every driver, and for kernel NAT in its place. */
package io.weir.appliance.e2e;
