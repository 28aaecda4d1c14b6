/**
 * The border to the kernel: loads, pins, adopts and feeds the BPF program in {@code bpf/src/main/c}
 * through libbpf. The only package with foreign memory.
 */
@NullMarked
package io.fleetwall.bpf;

import org.jspecify.annotations.NullMarked;
