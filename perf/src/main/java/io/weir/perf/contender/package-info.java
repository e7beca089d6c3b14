/** Who is compared: Weir and what else can stand between clients and servers. */
package io.weir.perf.contender;
