/** A test bed of network namespaces with real peers around an appliance: for the demonstration and the tests. */
package io.weir.appliance.bed;
