package io.fleetwall.policy.verdict;

import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.packet.Packet;
import io.fleetwall.policy.packet.Transport.Icmp;
import io.fleetwall.policy.packet.Transport.Other;
import io.fleetwall.policy.packet.Transport.Quote;
import io.fleetwall.policy.packet.Transport.Rest;
import io.fleetwall.policy.packet.Transport.Tcp;
import io.fleetwall.policy.packet.Transport.Udp;

/** The verdict on one IP packet under one slot. */
final class PacketDecision {
    private static final int DNS = 53;
    private static final int DNS_OVER_TLS = 853;

    private final Packet packet;
    private final Slot slot;
    private final PlaneState state;
    private final Address destination;

    PacketDecision(Packet packet, Slot slot, PlaneState state) {
        this.packet = packet;
        this.slot = slot;
        this.state = state;
        this.destination = packet.destination().canonical();
    }

    Decision decide() {
        Decision decision =
                switch (packet.transport()) {
                    case Rest rest -> laterFragment();
                    case Other other -> without(Reason.PROTOCOL);
                    case Icmp icmp -> icmp(icmp);
                    case Tcp tcp -> ports(PortClass.TCP, tcp.sourcePort(), tcp.destinationPort());
                    case Udp udp -> ports(PortClass.UDP, udp.sourcePort(), udp.destinationPort());
                };
        return rememberDatagram(decision);
    }

    private Decision laterFragment() {
        Long stamp = state.fragments().get(fragmentKey());
        boolean known = stamp != null && stamp == slot.stamp();
        return without(known ? Reason.ALLOWED_FRAGMENT : Reason.FRAGMENT_UNKNOWN);
    }

    private Decision icmp(Icmp icmp) {
        if (Neighbours.isEchoRequest(icmp)) {
            Flow echo = flow(0, 0);
            if (isAgents(echo)) {
                return without(Reason.ALLOWED_AGENT);
            }
            return isSpoofed(echo)
                    ? without(Reason.SOURCE_SPOOFED)
                    : byPolicy(PortClass.ICMP_ECHO, echo);
        }
        if (!Origin.isGenuine(packet, state)) {
            return without(Reason.SOURCE_SPOOFED);
        }
        boolean answersFlow =
                Neighbours.isHostError(icmp)
                        && icmp.quote().filter(this::isOfKnownFlow).isPresent();
        return without(answersFlow ? Reason.ALLOWED_ICMP_ERROR : Reason.ICMP_TYPE);
    }

    /** The quoted packet came from where this error goes, and belongs to a flow that may live. */
    private boolean isOfKnownFlow(Quote quote) {
        if (!quote.source().canonical().equals(destination)) {
            return false;
        }
        Flow flow =
                new Flow(
                        quote.destination(),
                        destination,
                        quote.protocol(),
                        /* sourcePort= */ quote.destinationPort(),
                        /* destinationPort= */ quote.sourcePort());
        return isKnown(flow)
                || (quote.sourcePort() == DNS && state.self().contains(packet.destination()))
                || state.uplink().filter(uplink -> uplink.expects(flow)).isPresent();
    }

    /** The agent's packets are never remembered, so that nobody inherits its ports. */
    private boolean isAgents(Flow flow) {
        boolean agent =
                state.uplink().filter(uplink -> uplink.sender() == Uplink.Sender.AGENT).isPresent();
        boolean opens = packet.transport() instanceof Tcp tcp && tcp.opens();
        return agent && (opens || !isKnown(flow));
    }

    /** A flow that goes on had a genuine source when it began. */
    private boolean isSpoofed(Flow flow) {
        boolean opens = packet.transport() instanceof Tcp tcp && tcp.opens();
        return (opens || !isKnown(flow)) && !Origin.isGenuine(packet, state);
    }

    private Decision ports(PortClass portClass, int sourcePort, int port) {
        Flow flow = flow(sourcePort, port);
        if (isAgents(flow)) {
            return without(Reason.ALLOWED_AGENT);
        }
        if (isSpoofed(flow)) {
            return without(Reason.SOURCE_SPOOFED);
        }
        if (port == DNS_OVER_TLS) {
            return without(Reason.DNS_ELSEWHERE);
        }
        if (port == DNS) {
            // As it stands in the packet: an embedded form of our address is routed elsewhere.
            boolean proxied =
                    slot.dns() == Slot.Dns.REDIRECTED
                            || state.self().contains(packet.destination());
            return without(proxied ? Reason.ALLOWED_DNS_PROXY : Reason.DNS_ELSEWHERE);
        }
        return isKnown(flow) ? byPolicy(portClass, flow) : byPolicyUnlessAnswer(portClass, flow);
    }

    private Decision byPolicyUnlessAnswer(PortClass portClass, Flow flow) {
        return state.uplink()
                .flatMap(uplink -> uplink.answers(packet, flow))
                .map(this::without)
                .orElseGet(() -> byPolicy(portClass, flow));
    }

    private boolean isKnown(Flow flow) {
        Remembered known = state.flows().get(flow);
        return known != null && known.stamp() == slot.stamp() && known.reason().allowed();
    }

    /**
     * A flow that was allowed under this slot word goes on, so that a name's expiry cuts no live
     * connection; a new connection, and all else, is decided.
     */
    private Decision byPolicy(PortClass portClass, Flow flow) {
        Remembered known = state.flows().get(flow);
        boolean opens = packet.transport() instanceof Tcp tcp && tcp.opens();
        if (known != null && isKnown(flow) && !opens) {
            return new Decision(known.reason(), known.rule(), state);
        }
        Decision decided = rules(portClass.key(flow.destinationPort()));
        Remembered verdict = new Remembered(slot.stamp(), decided.reason(), decided.rule());
        return new Decision(decided.reason(), decided.rule(), state.withFlow(flow, verdict));
    }

    private Decision rules(int key) {
        int network = LongestMatch.program(slot.policy(), destination).at(key);
        Learned entry = state.learned().get(destination);
        boolean live = entry != null && state.now() < entry.expiresAt();
        int learned = entry == null ? Outcome.NONE : entry.program().at(key);
        if (Outcome.effect(network) == Effect.DENY) {
            return by(network, Reason.DENIED_BY_RULE);
        }
        if (live && Outcome.effect(learned) == Effect.DENY) {
            return by(learned, Reason.DENIED_BY_RULE);
        }
        if (Outcome.effect(network) == Effect.ALLOW) {
            return by(network, Reason.ALLOWED_BY_RULE);
        }
        if (live && Outcome.effect(learned) == Effect.ALLOW) {
            return by(learned, Reason.ALLOWED_BY_RULE);
        }
        // A default that allows strangers does not refuse an address because it was once learned.
        Reason fallback = ReferenceVerdict.fallback(slot.policy());
        boolean expired = !fallback.allowed() && Outcome.effect(learned) == Effect.ALLOW;
        return expired ? by(learned, Reason.LEARNED_EXPIRED) : without(fallback);
    }

    private Decision by(int outcome, Reason reason) {
        return new Decision(reason, Outcome.rule(outcome), state);
    }

    private Decision without(Reason reason) {
        return new Decision(reason, 0, state);
    }

    /**
     * The first fragment of an allowed datagram opens the way for the others; not where DNS is
     * redirected by its port, which the others lack.
     */
    private Decision rememberDatagram(Decision decision) {
        boolean first = packet.fragment().isPresent() && !(packet.transport() instanceof Rest);
        if (!first || !decision.reason().allowed() || awaitsRedirect(decision)) {
            return decision;
        }
        PlaneState after = decision.after().withFragment(fragmentKey(), slot.stamp());
        return new Decision(decision.reason(), decision.rule(), after);
    }

    private boolean awaitsRedirect(Decision decision) {
        return decision.reason() == Reason.ALLOWED_DNS_PROXY
                && slot.dns() == Slot.Dns.REDIRECTED
                && !state.self().contains(packet.destination());
    }

    private FragmentKey fragmentKey() {
        Packet.Fragment fragment = packet.fragment().orElseThrow();
        return new FragmentKey(packet.source(), destination, fragment.protocol(), fragment.id());
    }

    private Flow flow(int sourcePort, int destinationPort) {
        return new Flow(
                packet.source(), destination, packet.protocol(), sourcePort, destinationPort);
    }
}
