/** What the machine offers: devices, drivers, queues, features of the kernel. */
package io.weir.appliance.probe;
