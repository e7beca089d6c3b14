package io.weir.engine.port;

/**
 * The way back to the kernel for frames that the steering program gave to the engine and that turn out not to be the
 * engine's. Called by any worker: an implementation takes one frame whole or not at all, and never blocks.
 */
public interface KernelPort {
    /** No way back: every frame is refused. */
    KernelPort NONE = (frame, length) -> false;

    /**
     * Offers one frame; it stays the caller's.
     *
     * @return whether the kernel took it
     */
    boolean offer(long frame, int length);
}
