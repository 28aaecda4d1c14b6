package io.fleetwall.policy.document;

/** Whether a denied packet is dropped or only reported. Numbers are shared with the BPF program. */
public enum Mode {
    ENFORCE,
    AUDIT
}
