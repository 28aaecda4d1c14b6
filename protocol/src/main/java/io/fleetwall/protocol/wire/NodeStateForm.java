package io.fleetwall.protocol.wire;

import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Capability;
import io.fleetwall.protocol.message.NodeState;

/** The wire form of what a node's kernel has and how its runners were found. */
final class NodeStateForm {
    private NodeStateForm() {}

    static void write(WireWriter out, NodeState state) {
        out.list(state.kernel(), NodeStateForm::writeCapability);
        out.list(state.runners(), NodeStateForm::writeAttestation);
    }

    static NodeState read(WireReader in) throws MalformedMessageException {
        return new NodeState(
                in.list(NodeStateForm::readCapability), in.list(NodeStateForm::readAttestation));
    }

    private static void writeCapability(WireWriter out, Capability capability) {
        out.text(capability.name());
        out.u8(
                switch (capability.presence()) {
                    case PRESENT -> 0;
                    case MISSING -> 1;
                    case UNKNOWN -> 2;
                });
    }

    private static Capability readCapability(WireReader in) throws MalformedMessageException {
        String name = in.text();
        return new Capability(
                name,
                switch (in.u8()) {
                    case 0 -> Capability.Presence.PRESENT;
                    case 1 -> Capability.Presence.MISSING;
                    case 2 -> Capability.Presence.UNKNOWN;
                    default -> throw in.malformed("presence of " + name + " is none");
                });
    }

    private static void writeAttestation(WireWriter out, Attestation attestation) {
        out.text(attestation.runner());
        out.instant(attestation.at());
        out.optional(attestation.last(), NodeStateForm::writeFinding);
    }

    private static Attestation readAttestation(WireReader in) throws MalformedMessageException {
        return new Attestation(in.text(), in.instant(), in.optional(NodeStateForm::readFinding));
    }

    private static void writeFinding(WireWriter out, Attestation.Finding finding) {
        out.u8(finding.kind().number());
        out.instant(finding.at());
        out.text(finding.text());
    }

    private static Attestation.Finding readFinding(WireReader in) throws MalformedMessageException {
        EventKind kind = EventForm.kind(in, in.u8());
        return new Attestation.Finding(kind, in.instant(), in.text());
    }
}
