/** The command line: what {@code ./weir} offers, its options and exit codes. */
package io.weir.appliance.cli;
