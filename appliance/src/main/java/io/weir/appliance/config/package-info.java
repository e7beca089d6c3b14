/** The properties file: keys, values, contradictions, and the records that the rest of the appliance reads. */
package io.weir.appliance.config;
