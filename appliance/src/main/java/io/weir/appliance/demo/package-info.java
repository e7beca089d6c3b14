/** {@code weir demo}: the example of the LVS article, run and checked on one machine. */
package io.weir.appliance.demo;
