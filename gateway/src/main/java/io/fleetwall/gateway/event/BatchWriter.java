package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.StoreException;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.EventBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores batches in one transaction, or in as many as it needs to leave out what the store does not
 * take. In its place is a {@code loss}: an event that is refused for what is in it would be refused
 * for ever, and with it whatever its node, and others beside it, say later.
 */
final class BatchWriter {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);
    private final Database database;
    private final EventLog log;

    BatchWriter(Database database, EventLog log) {
        this.database = database;
        this.log = log;
    }

    /**
     * Stores what is new of these; throws when the store fails, which may have taken a part. What
     * it has taken is a redelivery the next time.
     */
    List<StoredEvent> store(List<EventLog.Report> reports) {
        try {
            return together(reports);
        } catch (RuntimeException failed) {
            if (failed instanceof StoreException store && !store.isAboutData()) {
                throw failed;
            }
            return apart(reports, failed);
        }
    }

    private List<StoredEvent> together(List<EventLog.Report> reports) {
        return database.write(transaction -> log.append(transaction, reports));
    }

    private List<StoredEvent> apart(List<EventLog.Report> reports, RuntimeException failed) {
        EventLog.Report first = reports.getFirst();
        if (reports.size() == 1 && first.batch().events().size() == 1) {
            LOG.atError()
                    .addKeyValue("node", first.node())
                    .addKeyValue("kind", first.batch().events().getFirst().kind())
                    .addKeyValue("sequence", first.batch().firstSequence())
                    .setCause(failed)
                    .log("the store does not take an event; a loss is stored in its place");
            return together(List.of(replaced(first)));
        }
        List<StoredEvent> stored = new ArrayList<>();
        for (EventLog.Report part : reports.size() > 1 ? reports : halves(first)) {
            stored.addAll(store(List.of(part)));
        }
        return stored;
    }

    private static List<EventLog.Report> halves(EventLog.Report report) {
        EventBatch batch = report.batch();
        int middle = batch.events().size() / 2;
        return List.of(
                part(report, batch.firstSequence(), batch.events().subList(0, middle)),
                part(
                        report,
                        batch.firstSequence() + middle,
                        batch.events().subList(middle, batch.events().size())));
    }

    private static EventLog.Report part(EventLog.Report of, long sequence, List<Event> events) {
        return new EventLog.Report(of.node(), new EventBatch(of.batch().boot(), sequence, events));
    }

    /** With nothing of the event but what cannot be wrong with it. */
    private static EventLog.Report replaced(EventLog.Report report) {
        Event event = report.batch().events().getFirst();
        Event loss =
                new Event(
                        event.id(),
                        event.at(),
                        event.node(),
                        "",
                        EventKind.LOSS,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        event.count(),
                        "the store did not take a "
                                + event.kind()
                                + " event; see the gateway's log");
        return part(report, report.batch().firstSequence(), List.of(loss));
    }
}
