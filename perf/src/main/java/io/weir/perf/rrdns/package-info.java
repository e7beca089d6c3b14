/** Round-robin DNS against a load balancer's schedulers: how unevenly sessions load the servers. */
package io.weir.perf.rrdns;
