package io.weir.scheduler;

/** Connection counts that a test sets. */
final class Connections implements ConnectionCounts {
    final int[] active;
    final int[] inactive;

    Connections(int servers) {
        active = new int[servers];
        inactive = new int[servers];
    }

    @Override
    public int active(int position) {
        return active[position];
    }

    @Override
    public int inactive(int position) {
        return inactive[position];
    }
}
