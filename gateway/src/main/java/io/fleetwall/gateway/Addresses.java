package io.fleetwall.gateway;

/** Every event-bus address of the gateway, and what travels on it. */
public final class Addresses {
    /** A catalogue took force in this gateway; body: its revision (Long). Local. */
    public static final String CATALOGUE_ADVANCED = "catalogue.advanced";

    /** Other keys sign policies; body: none. Local. */
    public static final String KEYS_CHANGED = "keys.changed";

    /** Events were stored by some gateway; body: the newest entry (Long). Clustered. */
    public static final String EVENTS_STORED = "events-stored";

    /** A webhook target has something due; body: none. Local. */
    public static final String OUTBOX_DUE = "outbox-due";

    /**
     * A node in this process wants a link; body: {@code {node, address}}, where it hears frames.
     * Answered by {@code {address, signingKeys}}. Local.
     */
    public static final String FEED = "fleetwall.feed";

    /**
     * The same of a node in a lite member of the cluster. Clustered, and answered only by gateways
     * that take such nodes.
     */
    public static final String LITE_FEED = "fleetwall.lite-feed";

    /** What a gateway knows of nodes; body: {@code {by, nodes}}. Clustered. */
    public static final String FLEET_TOLD = "fleet-told";

    /** A gateway has come and wants to hear of all nodes; body: who. Clustered. */
    public static final String FLEET_ASKED = "fleet-asked";

    private Addresses() {}
}
