/** The admin API: HTTP and JSON over what a running node says of itself, and a client for the command line. */
package io.weir.appliance.admin;
