/** The composition root: configuration, command line, control thread. */
package io.weir.appliance;
