package io.fleetwall.policy.document;

/** How a denied packet is answered: TCP reset or ICMP prohibited, or silence. */
public enum OnDeny {
    REJECT,
    DROP
}
