package io.fleetwall.policy.document;

/** The document's {@code default}: what happens to a packet that no rule names. */
public enum Fallback {
    DENY,
    ALLOW
}
