package io.fleetwall.protocol.wire;

import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.Naming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part that events got after the first nodes were in the field. Its number is never reused;
 * whoever does not know it passes over its bytes.
 */
record EventPart(int number, byte[] bytes) {
    private static final int WINDOW = 1;
    private static final int LABELS = 2;
    private static final int NAMING = 3;

    /** What an event has of them, in the order of their numbers. */
    static List<EventPart> of(Event event) {
        List<EventPart> parts = new ArrayList<>();
        if (!event.window().isZero()) {
            WireWriter out = new WireWriter();
            out.i64(event.window().toMillis());
            parts.add(new EventPart(WINDOW, out.bytes()));
        }
        if (!event.labels().isEmpty()) {
            WireWriter out = new WireWriter();
            out.list(event.labels(), WireWriter::text);
            parts.add(new EventPart(LABELS, out.bytes()));
        }
        event.destination()
                .map(Destination::naming)
                .filter(naming -> !naming.equals(Naming.NONE))
                .ifPresent(naming -> parts.add(naming(naming)));
        return parts;
    }

    private static EventPart naming(Naming naming) {
        WireWriter out = new WireWriter();
        out.u8(naming.source().number());
        out.list(naming.chain(), WireWriter::text);
        return new EventPart(NAMING, out.bytes());
    }

    static void write(WireWriter out, EventPart part) {
        out.u8(part.number);
        out.blob(part.bytes);
    }

    static EventPart read(WireReader in) throws MalformedMessageException {
        return new EventPart(in.u8(), in.blob());
    }

    /** The event with these parts. */
    static Event added(Event event, List<EventPart> parts) throws MalformedMessageException {
        Duration window = event.window();
        List<String> labels = event.labels();
        Optional<Destination> destination = event.destination();
        for (EventPart part : parts) {
            WireReader in = new WireReader(part.bytes);
            switch (part.number) {
                case WINDOW -> window = window(in);
                case LABELS -> labels = in.list(WireReader::text);
                case NAMING -> {
                    Naming naming =
                            new Naming(Naming.Source.of(in.u8()), in.list(WireReader::text));
                    destination = destination.map(to -> to.named(naming));
                }
                default -> {
                    continue;
                }
            }
            in.end();
        }
        return new Event(
                event.id(),
                event.at(),
                event.node(),
                event.runner(),
                event.kind(),
                event.job(),
                destination,
                event.judgement(),
                event.process(),
                event.count(),
                event.message(),
                window,
                labels);
    }

    private static Duration window(WireReader in) throws MalformedMessageException {
        long millis = in.i64();
        if (millis < 0) {
            throw in.malformed("a window of " + millis + " ms");
        }
        return Duration.ofMillis(millis);
    }
}
