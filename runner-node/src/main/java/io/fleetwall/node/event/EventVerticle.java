package io.fleetwall.node.event;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes events of what happens, spools them, and hands them to the link until they are
 * acknowledged. Runs on a virtual thread, because the spool waits for the disk.
 */
public final class EventVerticle extends VerticleBase {
    /** Batches without an acknowledgement: 4 of 256 KiB bound what the link has in memory. */
    private static final int WINDOW = 4;

    private static final long SYNC_MILLIS = 200;

    /** A gateway that stores nothing for so long has lost what was sent: it is sent again. */
    private static final long RESEND_MILLIS = 30_000;

    private static final String FULL =
            " events were not kept: the spool on disk was full or failed";
    private static final String DAMAGED = "events on disk were damaged, and not sent";
    private static final String KILLED =
            "an agent that ended had told of these only in its memory: packets or questions";

    private static final Logger LOG = LoggerFactory.getLogger(EventVerticle.class);

    private final String node;
    private final Spool spool;
    private final UuidV7 ids;
    private final InstantSource clock;
    private final Counts lost;
    private volatile long pending;
    private volatile long bytes;
    private boolean connected;
    private boolean syncing;
    private int inFlight;
    private long lastProgress;

    /** The spool is closed with the verticle. */
    public EventVerticle(String node, Spool spool, UuidV7 ids, InstantSource clock) {
        this.node = node;
        this.spool = spool;
        this.ids = ids;
        this.clock = clock;
        this.lost = spool.givenUp();
    }

    @Override
    public Future<?> start() {
        var bus = vertx.eventBus();
        bus.<Happening>localConsumer(Addresses.EVENT, m -> guarded(() -> append(m.body())));
        bus.<LinkState>localConsumer(Addresses.LINK_STATE, m -> guarded(() -> link(m.body())));
        bus.<EventAck>localConsumer(Addresses.EVENT_ACK, m -> guarded(() -> stored(m.body())));
        vertx.setPeriodic(SYNC_MILLIS, _ -> guarded(this::tick));
        state(spool.untold().left(), KILLED);
        long damaged = spool.missing();
        spool.untold().add(damaged);
        state(damaged, DAMAGED);
        return Future.succeededFuture();
    }

    private void state(long count, String why) {
        if (count > 0 && !keep(loss(count, why))) {
            lost.add(EventKind.LOSS, count);
        }
    }

    @Override
    public Future<?> stop() throws IOException {
        spool.close();
        return Future.succeededFuture();
    }

    /** Events on disk that are not yet acknowledged, at most a tick ago. */
    public long pending() {
        return pending;
    }

    /** Bytes on disk, at most a tick ago. */
    public long bytes() {
        return bytes;
    }

    /** Events that were not spooled and are not yet reported as lost. */
    public long lost() {
        return lost.total();
    }

    private interface Disk {
        void run() throws IOException;
    }

    private void guarded(Disk work) {
        try {
            work.run();
        } catch (IOException e) {
            LOG.atError().setCause(e).log("the event spool failed");
        }
    }

    private void append(Happening happening) throws IOException {
        if (!isUntold(happening.kind())) {
            spool.untold().add(happening.count());
        }
        if (keep(happening)) {
            pump();
        } else {
            lost.add(happening.kind(), happening.count());
        }
    }

    /** Whether who found it out has counted it already; see {@link Untold}. */
    private static boolean isUntold(EventKind kind) {
        return Rank.of(kind) != Rank.DENIALS
                || kind == EventKind.FLOW_DENIED
                || kind == EventKind.LOSS;
    }

    /** Whether it is in the spool now. A disk that fails is like one that is full. */
    private boolean keep(Happening happening) {
        try {
            if (spool.append(event(happening)).isEmpty()) {
                return false;
            }
            spool.untold().told(happening.count());
            return true;
        } catch (IOException e) {
            if (lost.total() == 0) {
                LOG.atError().setCause(e).log("events are not kept");
            }
            return false;
        }
    }

    private Event event(Happening h) {
        return new Event(
                ids.next(),
                h.at(),
                node,
                h.runner(),
                h.kind(),
                h.job(),
                h.subject().destination(),
                h.subject().judgement(),
                h.subject().process(),
                h.count(),
                h.message(),
                h.window(),
                h.labels().stream().sorted().toList());
    }

    private void link(LinkState state) throws IOException {
        connected = state instanceof LinkState.Up;
        restart();
    }

    private void restart() throws IOException {
        inFlight = 0;
        lastProgress = clock.millis();
        spool.rewind();
        pump();
    }

    private void stored(EventAck ack) throws IOException {
        spool.acknowledge(ack.boot(), ack.sequence());
        inFlight = Math.max(0, inFlight - 1);
        lastProgress = clock.millis();
        pump();
    }

    private void pump() throws IOException {
        while (connected && inFlight < WINDOW) {
            Optional<EventBatch> batch = spool.nextBatch();
            if (batch.isEmpty()) {
                return;
            }
            inFlight++;
            vertx.eventBus().send(Addresses.LINK_SAY, batch.get());
        }
    }

    private void tick() throws IOException {
        sync();
        pending = spool.pending();
        bytes = spool.bytes();
        reportLoss();
        if (connected && inFlight > 0 && clock.millis() - lastProgress > RESEND_MILLIS) {
            LOG.atWarn().addKeyValue("pending", spool.pending()).log("events sent again");
            restart();
        }
    }

    /** Elsewhere: events go on to the gateway while the disk takes its time. */
    private void sync() {
        if (syncing) {
            return;
        }
        syncing = true;
        Spool.Sync unsynced = spool.unsynced();
        vertx.executeBlocking(
                        () -> {
                            unsynced.run();
                            return true;
                        })
                .onComplete((_, failed) -> {
                    syncing = false;
                    if (failed != null) {
                        LOG.atError().setCause(failed).log("the event spool failed");
                    }
                });
    }

    /** Each kind by itself. */
    private void reportLoss() throws IOException {
        for (Map.Entry<EventKind, Long> one : lost.all().entrySet()) {
            if (!keep(loss(one.getValue(), one.getKey().text() + FULL))) {
                return;
            }
            lost.subtract(one.getKey(), one.getValue());
            pump();
        }
    }

    private Happening loss(long count, String why) {
        return new Happening(
                "",
                EventKind.LOSS,
                clock.instant(),
                Optional.empty(),
                Happening.Subject.NONE,
                count,
                why);
    }
}
