/** The operator's log: where lines go, and which. */
package io.weir.appliance.log;
