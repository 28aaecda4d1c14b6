package io.fleetwall.protocol.wire;

import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.ProcessIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The wire form of events; the node's spool holds the same bytes as the link.
 *
 * <p>A process follows the judgement where the highest bit of the kind says so, and what was added
 * later the message where the next one does: parts with a number and a length each, so that a part
 * this side does not know is passed over. So events of older nodes, and those in an older agent's
 * spool, are read as they always were.
 */
public final class EventForm {
    private static final int PROCESS_FOLLOWS = 0x80;
    private static final int PARTS_FOLLOW = 0x40;

    private EventForm() {}

    /** The bytes of one event. */
    public static byte[] bytes(Event event) {
        WireWriter out = new WireWriter();
        write(out, event);
        return out.bytes();
    }

    /** Reads exactly one event. */
    public static Event event(byte[] bytes) throws MalformedMessageException {
        WireReader in = new WireReader(bytes);
        Event event = read(in);
        in.end();
        return event;
    }

    static void write(WireWriter out, Event event) {
        out.uuid(event.id());
        out.instant(event.at());
        out.text(event.node());
        out.text(event.runner());
        List<EventPart> parts = EventPart.of(event);
        out.u8(
                event.kind().number()
                        | (event.process().isPresent() ? PROCESS_FOLLOWS : 0)
                        | (parts.isEmpty() ? 0 : PARTS_FOLLOW));
        out.optional(event.job(), ScopeForm::writeJob);
        out.optional(event.destination(), EventForm::writeDestination);
        out.optional(event.judgement(), EventForm::writeJudgement);
        event.process().ifPresent(process -> writeProcess(out, process));
        out.i64(event.count());
        out.text(event.message());
        if (!parts.isEmpty()) {
            out.list(parts, EventPart::write);
        }
    }

    static Event read(WireReader in) throws MalformedMessageException {
        UUID id = in.uuid();
        Instant at = in.instant();
        String node = in.text();
        String runner = in.text();
        int kind = in.u8();
        Event event =
                new Event(
                        id,
                        at,
                        node,
                        runner,
                        kind(in, kind & ~(PROCESS_FOLLOWS | PARTS_FOLLOW)),
                        in.optional(ScopeForm::readJob),
                        in.optional(EventForm::readDestination),
                        in.optional(EventForm::readJudgement),
                        (kind & PROCESS_FOLLOWS) == 0
                                ? Optional.empty()
                                : Optional.of(readProcess(in)),
                        in.positive(),
                        in.text());
        return (kind & PARTS_FOLLOW) == 0
                ? event
                : EventPart.added(event, in.list(EventPart::read));
    }

    static EventKind kind(WireReader in, int number) throws MalformedMessageException {
        try {
            return EventKind.of(number);
        } catch (IllegalArgumentException e) {
            throw in.malformed("unknown event kind " + number);
        }
    }

    private static void writeProcess(WireWriter out, ProcessIdentity process) {
        out.u32(process.pid());
        out.i64(process.uid());
        out.text(process.name());
        out.text(process.executable());
        out.text(process.command());
        out.list(process.parents(), EventForm::writeParent);
        out.text(process.group());
        out.text(process.container());
    }

    private static ProcessIdentity readProcess(WireReader in) throws MalformedMessageException {
        return new ProcessIdentity(
                in.i32(),
                in.i64(),
                in.text(),
                in.text(),
                in.text(),
                in.list(EventForm::readParent),
                in.text(),
                in.text());
    }

    private static void writeParent(WireWriter out, ProcessIdentity.Parent parent) {
        out.u32(parent.pid());
        out.text(parent.name());
    }

    private static ProcessIdentity.Parent readParent(WireReader in)
            throws MalformedMessageException {
        return new ProcessIdentity.Parent(in.i32(), in.text());
    }

    private static void writeDestination(WireWriter out, Destination destination) {
        out.text(destination.address());
        out.u16(destination.port());
        out.text(destination.protocol());
        out.text(destination.name());
    }

    private static Destination readDestination(WireReader in) throws MalformedMessageException {
        return new Destination(in.text(), in.u16(), in.text(), in.text());
    }

    private static void writeJudgement(WireWriter out, Judgement judgement) {
        out.text(judgement.reason());
        out.u8(
                switch (judgement.mode()) {
                    case ENFORCE -> 0;
                    case AUDIT -> 1;
                });
        out.i64(judgement.revision());
        out.text(judgement.policy());
        out.text(judgement.rule());
        out.text(judgement.file());
        out.u32(judgement.line());
    }

    private static Judgement readJudgement(WireReader in) throws MalformedMessageException {
        return new Judgement(
                in.text(), mode(in), in.i64(), in.text(), in.text(), in.text(), in.i32());
    }

    private static Mode mode(WireReader in) throws MalformedMessageException {
        return switch (in.u8()) {
            case 0 -> Mode.ENFORCE;
            case 1 -> Mode.AUDIT;
            default -> throw in.malformed("unknown mode");
        };
    }
}
