/** Health checks: whether real servers answer, asked from the node's own kernel on the I/O thread. */
package io.weir.appliance.health;
