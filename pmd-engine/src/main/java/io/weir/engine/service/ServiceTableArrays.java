package io.weir.engine.service;

import io.weir.scheduler.Scheduler;

/** A {@link ServiceTable} in the making; the control thread's alone. */
final class ServiceTableArrays {
    final EndpointIndex.Builder services = EndpointIndex.builder();
    final EndpointIndex.Builder endpoints = EndpointIndex.builder();
    final EndpointIndex.Builder owned = EndpointIndex.builder();
    boolean anyPort;

    final long[] virtualHi;
    final long[] virtualLo;
    final int[] virtualPort;
    final int[][] slotAt;
    final Scheduler[][] schedulers;

    final long[] serverHi;
    final long[] serverLo;
    final int[] serverPort;
    final int[] endpointOf;
    final int[] headerDelta;
    final int[] transportDelta;
    final long[] nextHop;

    ServiceTableArrays(int services, int slots, int workers) {
        virtualHi = new long[services];
        virtualLo = new long[services];
        virtualPort = new int[services];
        slotAt = new int[services][];
        schedulers = new Scheduler[workers][services];
        serverHi = new long[slots];
        serverLo = new long[slots];
        serverPort = new int[slots];
        endpointOf = new int[slots];
        headerDelta = new int[slots];
        transportDelta = new int[slots];
        nextHop = new long[slots];
    }
}
