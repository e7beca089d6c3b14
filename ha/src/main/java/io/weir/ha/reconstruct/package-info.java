/**
 * How a connection survives when its dispatcher does not: flows that this node has no record of are derived, learned,
 * probed for, replayed or refused, without any state from another node.
 *
 * <p>{@link io.weir.ha.reconstruct.Reconstructor} is the plan of the house: which packet goes to which means, and in which
 * order they are tried. Each means is a class: {@link io.weir.ha.reconstruct.Derivation},
 * {@link io.weir.ha.reconstruct.Learning}, {@link io.weir.ha.reconstruct.Probe}, {@link io.weir.ha.reconstruct.Replay},
 * {@link io.weir.ha.reconstruct.Refusal}. What they work with (translation of numbers, held frames, local ports, deadlines)
 * is the engine's.
 */
package io.weir.ha.reconstruct;
