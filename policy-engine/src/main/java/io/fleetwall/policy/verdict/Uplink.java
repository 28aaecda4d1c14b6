package io.fleetwall.policy.verdict;

import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.packet.FrameParser;
import io.fleetwall.policy.packet.LinkKind;
import io.fleetwall.policy.packet.Packet;
import io.fleetwall.policy.packet.Transport.Icmp;
import io.fleetwall.policy.packet.Transport.Tcp;
import io.fleetwall.policy.packet.Transport.Udp;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a machine with an uplink may answer: callers of its listed ports, its DHCP server, and
 * neighbours that ask for its link address.
 *
 * <p>Flows stand in the direction of the answer. A DHCP server is remembered without the machine's
 * address, which may be the very thing it hands out; a neighbour likewise, and without ports.
 *
 * @param listeners ports that may be called
 * @param calls answers that are expected
 * @param sender whose socket sends
 */
public record Uplink(Set<Listener> listeners, Set<Flow> calls, Sender sender) {
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final int NEIGHBOUR_SOLICITATION = 135; // RFC 4861 4.3
    private static final int HOP_LIMIT_DISCOVERY = 255;
    private static final Address ANY = new Address(0, 0);
    private static final Address BROADCAST = Address.of("255.255.255.255");

    public Uplink {
        listeners = Set.copyOf(listeners);
        calls = Set.copyOf(calls);
    }

    /** Whose socket sends. */
    public enum Sender {
        /** A job, or any other process of the machine. */
        JOB,
        /** The agent, known by its control group: no policy binds its link and its resolvers. */
        AGENT
    }

    /** One over which a job sends. */
    public Uplink(Set<Listener> listeners, Set<Flow> calls) {
        this(listeners, calls, Sender.JOB);
    }

    /** The same, where the agent sends. */
    public Uplink byAgent() {
        return new Uplink(listeners, calls, Sender.AGENT);
    }

    /**
     * A port that may be called.
     *
     * @param protocol 6 or 17
     */
    public record Listener(int protocol, int port) {}

    /** What is known after a frame has come in. */
    public Uplink after(byte[] frame, LinkKind kind) {
        return FrameParser.parse(frame, kind) instanceof Packet packet
                ? expected(packet).map(this::and).orElse(this)
                : this;
    }

    private Optional<Flow> expected(Packet in) {
        return switch (in.transport()) {
            case Udp(int from, int to) when isDhcp(to, from) ->
                    Optional.of(new Flow(ANY, in.source().canonical(), UDP, to, from));
            case Udp(int from, int to) -> call(in, to, from);
            case Icmp icmp when asksForUs(in, icmp) ->
                    Optional.of(question(in.source().canonical()));
            case Tcp tcp when !tcp.resets() -> call(in, tcp.destinationPort(), tcp.sourcePort());
            default -> Optional.empty();
        };
    }

    /** A neighbour wants to know who has our address, from one of more than the link. */
    private static boolean asksForUs(Packet in, Icmp icmp) {
        return icmp.version() == Icmp.Version.V6
                && icmp.type() == NEIGHBOUR_SOLICITATION
                && in.hopLimit() == HOP_LIMIT_DISCOVERY
                && in.fragment().isEmpty()
                && !in.source().isLinkLocal()
                && !in.source().isUnspecified();
    }

    private static Flow question(Address neighbour) {
        return new Flow(ANY, neighbour, ICMPV6, 0, 0);
    }

    /** Whether a neighbour has asked who has our address. */
    boolean hasAsked(Address neighbour) {
        return calls.contains(question(neighbour));
    }

    private Optional<Flow> call(Packet in, int port, int remotePort) {
        Flow answer =
                new Flow(
                        in.destination(), in.source().canonical(), in.protocol(), port, remotePort);
        return Optional.of(answer).filter(this::isListed);
    }

    private boolean isListed(Flow answer) {
        return listeners.contains(new Listener(answer.protocol(), answer.sourcePort()));
    }

    private Uplink and(Flow call) {
        Set<Flow> more = new HashSet<>(calls);
        more.add(call);
        return new Uplink(listeners, more, sender);
    }

    /** Why a packet may leave though no policy speaks of it; empty when the policy decides. */
    Optional<Reason> answers(Packet out, Flow flow) {
        if (out.transport() instanceof Tcp tcp && tcp.opens()) {
            return Optional.empty();
        }
        if (out.transport() instanceof Udp(int from, int to) && isDhcp(from, to)) {
            Flow anyAddress = new Flow(ANY, flow.destination(), UDP, from, to);
            boolean known = staysOnLink(out.destination()) || calls.contains(anyAddress);
            return known ? Optional.of(Reason.ALLOWED_DHCP) : Optional.empty();
        }
        return expects(flow) ? Optional.of(Reason.ALLOWED_REPLY) : Optional.empty();
    }

    /** Whether a flow is the way back of a call to a port that is still listed. */
    boolean expects(Flow answer) {
        return isListed(answer) && calls.contains(answer);
    }

    /** Whether these are the ports of a machine that asks for an address. */
    static boolean isDhcp(int client, int server) {
        return (client == 68 && server == 67) || (client == 546 && server == 547);
    }

    private static boolean staysOnLink(Address to) {
        return to.equals(BROADCAST) || to.isLinkMulticast() || to.isLinkLocal();
    }
}
