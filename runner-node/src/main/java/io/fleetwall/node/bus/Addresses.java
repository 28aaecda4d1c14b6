package io.fleetwall.node.bus;

/**
 * Every event-bus address of the agent, with the record it carries. All are local to the process.
 */
public final class Addresses {
    /** {@code NodeMessage}: to be said to the gateway; dropped while there is no connection. */
    public static final String LINK_SAY = "link.say";

    /** {@link RunnersChanged}: to be said to the gateway; answered when it is, or cannot be. */
    public static final String LINK_RUNNERS = "link.runners";

    /** {@link LinkState}: published whenever the connection comes or goes. */
    public static final String LINK_STATE = "link.state";

    /** {@link Lockdown}: published each second while runners are to be shut, and at the end. */
    public static final String LOCKDOWN = "lockdown";

    /** {@code EventAck}: the gateway has stored events. */
    public static final String EVENT_ACK = "event.ack";

    /** {@link Happening}: something to report, from anywhere in the agent. */
    public static final String EVENT = "event.happened";

    /** {@link InterfaceState}: published whenever a runner's interface comes or goes. */
    public static final String INTERFACE = "interface.state";

    /** {@link TopQuestion}: of a runner that the DNS proxy serves. */
    public static final String DNS_TOP = "dns.top";

    /** Nothing: a runner's attestation has found something, or is well again. */
    public static final String ATTESTED = "runner.attested";

    /**
     * The gateway, where it is in this process: asked with {@code {node, address}} for a feed,
     * answers {@code {address, signingKeys}}. The gateway's word for it is the same.
     */
    public static final String FEED = "fleetwall.feed";

    private Addresses() {}

    /** {@link RunnerCommand}: everything a runner can be told. */
    public static String runner(String name) {
        return "runner." + name;
    }
}
