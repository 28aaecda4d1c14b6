package io.fleetwall.protocol.wire;

import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;

/** The wire form of events; the node's spool holds the same bytes as the link. */
public final class EventForm {
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
        out.u8(event.kind().number());
        out.optional(event.job(), ScopeForm::writeJob);
        out.optional(event.destination(), EventForm::writeDestination);
        out.optional(event.judgement(), EventForm::writeJudgement);
        out.i64(event.count());
        out.text(event.message());
    }

    static Event read(WireReader in) throws MalformedMessageException {
        return new Event(
                in.uuid(),
                in.instant(),
                in.text(),
                in.text(),
                kind(in),
                in.optional(ScopeForm::readJob),
                in.optional(EventForm::readDestination),
                in.optional(EventForm::readJudgement),
                in.positive(),
                in.text());
    }

    private static EventKind kind(WireReader in) throws MalformedMessageException {
        int number = in.u8();
        try {
            return EventKind.of(number);
        } catch (IllegalArgumentException e) {
            throw in.malformed("unknown event kind " + number);
        }
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
