package io.fleetwall.policy.verdict;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.packet.FrameParser;
import io.fleetwall.policy.packet.LinkKind;
import io.fleetwall.policy.packet.Packet;
import io.fleetwall.policy.packet.Parsed;
import io.fleetwall.policy.packet.Transport.Icmp;
import io.fleetwall.policy.packet.Transport.Rest;
import io.fleetwall.policy.packet.Transport.Tcp;
import io.fleetwall.policy.verdict.Judgement.Action;
import java.util.Optional;

/**
 * What the BPF program must answer, packet by packet: the oracle of its tests.
 *
 * <p>Written from the same text as the C and independently of it, as a pure function from frame and
 * state to verdict and next state; slow where that is plainer.
 */
public final class ReferenceVerdict {
    private ReferenceVerdict() {}

    /** Judges one frame that a runner sends. */
    public static Judgement judge(byte[] frame, LinkKind kind, PlaneState state) {
        Parsed parsed = FrameParser.parse(frame, kind);
        Decision decision = decide(parsed, state);
        PlaneState after = decision.after();
        return new Judgement(
                decision.reason(), decision.rule(), action(decision, parsed, state), after);
    }

    private static Decision decide(Parsed parsed, PlaneState state) {
        if (parsed instanceof Parsed.Arp) {
            return new Decision(Reason.ALLOWED_ARP, 0, state);
        }
        if (parsed instanceof Packet packet && Neighbours.isLinkUpkeep(packet, state)) {
            return new Decision(Reason.ALLOWED_NEIGHBOUR, 0, state);
        }
        Optional<Slot> slot = state.slot();
        if (slot.isEmpty()) {
            return new Decision(Reason.NO_TABLE_SET, 0, state);
        }
        return switch (parsed) {
            case Parsed.Arp arp -> new Decision(Reason.ALLOWED_ARP, 0, state);
            case Parsed.Unparsed unparsed -> new Decision(reason(unparsed), 0, state);
            case Packet packet -> new PacketDecision(packet, slot.get(), state).decide();
        };
    }

    private static Reason reason(Parsed.Unparsed unparsed) {
        return switch (unparsed.flaw()) {
            case TRUNCATED -> Reason.TRUNCATED;
            case NOT_IP -> Reason.NOT_IP;
            case VLAN_DEPTH -> Reason.VLAN_DEPTH;
            case MALFORMED -> Reason.MALFORMED;
            case EXTENSION_CHAIN -> Reason.EXTENSION_CHAIN;
            case SOURCE_ROUTE -> Reason.SOURCE_ROUTE;
            case FRAGMENT_TINY -> Reason.FRAGMENT_TINY;
        };
    }

    private static Action action(Decision decision, Parsed parsed, PlaneState state) {
        if (decision.reason().allowed()) {
            return Action.PASS;
        }
        if (state.slot().isEmpty()) {
            return Action.DROP;
        }
        CompiledPolicy policy = state.slot().get().policy();
        if (policy.mode() == Mode.AUDIT) {
            return Action.PASS;
        }
        // An answer to another's name would go to him; an own name the node has yet to hear of is
        // tried again.
        boolean named = decision.reason() != Reason.SOURCE_SPOOFED;
        return named && policy.onDeny() == OnDeny.REJECT && parsed instanceof Packet packet
                ? answer(packet)
                : Action.DROP;
    }

    /**
     * No answer to groups, resets, ICMP errors and later fragments: RFC 1122 3.2.2, RFC 4443 2.4,
     * and because two firewalls would answer each other for ever.
     */
    private static Action answer(Packet packet) {
        if (packet.receivers() == Packet.Receivers.MANY) {
            return Action.DROP;
        }
        return switch (packet.transport()) {
            case Tcp tcp -> tcp.resets() ? Action.DROP : Action.RESET;
            case Icmp icmp -> Neighbours.isError(icmp) ? Action.DROP : Action.PROHIBITED;
            case Rest rest -> Action.DROP;
            default -> Action.PROHIBITED;
        };
    }

    /** What happens to a packet that no rule names. */
    static Reason fallback(CompiledPolicy policy) {
        return policy.fallback() == Fallback.ALLOW
                ? Reason.ALLOWED_BY_DEFAULT
                : Reason.DENIED_BY_DEFAULT;
    }
}
