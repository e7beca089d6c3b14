/** Scheduling algorithms over immutable pools of real servers; knows nothing of packets. */
package io.weir.scheduler;
