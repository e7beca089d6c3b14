/** A running node: opens the devices, starts the workers, and keeps them told of services, neighbours and addresses. */
package io.weir.appliance.node;
