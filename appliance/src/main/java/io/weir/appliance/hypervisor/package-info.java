/** The controller of the hypervisors' switches: which entries they need, and OpenFlow to get them there. */
package io.weir.appliance.hypervisor;
