package io.fleetwall.policy.compiled;

/**
 * Bytes that are not the canonical form of any policy. Checked, because the bytes come from a
 * network or a disk and the receiver must refuse them and keep what it has.
 */
public final class MalformedPolicyException extends Exception {
    private static final long serialVersionUID = 1;

    public MalformedPolicyException(String message) {
        super(message);
    }
}
