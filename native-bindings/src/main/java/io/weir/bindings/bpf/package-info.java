/**
 * The kernel's programmable packet path through {@code bpf(2)}: an assembler, maps, programs and links.
 *
 * <p>Programs are assembled in Java and loaded as they are; neither a compiler nor libbpf is needed. Nothing is pinned:
 * maps, programs and attachments live as long as their descriptors, so a killed process leaves nothing behind.
 */
package io.weir.bindings.bpf;
