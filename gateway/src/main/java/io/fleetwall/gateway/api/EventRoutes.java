package io.fleetwall.gateway.api;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.StoredEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events, page by page or as they come (Server-Sent Events). */
final class EventRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(EventRoutes.class);

    /** A stream costs a bus consumer and some KiB. */
    private static final int STREAMS = 256;

    private static final int PAGE = 256;

    private final EventLog log;
    private final AtomicInteger streams = new AtomicInteger();

    EventRoutes(EventLog log) {
        this.log = log;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.EVENTS, this::page);
        Operation.EVENT_STREAM.route(router).handler(context -> stream(context, endpoints));
    }

    private Answer page(Request request) {
        Page page = new Page(request, "events", 100);
        long after = page.after(request.number("after", 0, Long.MAX_VALUE));
        return page.of(
                log.read(new EventLog.Query(after, request.query("kind"), page.looked())),
                event -> Long.toString(event.entry()),
                StoredEvent::json);
    }

    private void stream(RoutingContext context, Endpoints endpoints) {
        endpoints.detached(() -> {
            try {
                begin(context, endpoints);
            } catch (RefusedRequest refused) {
                on(context, () -> Endpoints.send(context, refused.answer()));
            }
        });
    }

    private void begin(RoutingContext context, Endpoints endpoints) {
        switch (endpoints.decide(context, Operation.EVENT_STREAM)) {
            case Gate.Decision.Refused(var answer) ->
                    on(context, () -> Endpoints.send(context, answer));
            case Gate.Decision.Admitted(var who, var limits) ->
                    begin(context, endpoints, new Request(context, who));
        }
    }

    private void begin(RoutingContext context, Endpoints endpoints, Request request) {
        if (streams.incrementAndGet() > STREAMS) {
            streams.decrementAndGet();
            Answer.Failure full =
                    new Answer.Failure(
                            503, "FW-A005", "Too many streams", STREAMS + " are open already.");
            on(context, () -> Endpoints.send(context, Answer.problem(full)));
            return;
        }
        String last = context.request().getHeader("Last-Event-ID");
        long after =
                last != null
                        ? Request.number("Last-Event-ID", last, Long.MAX_VALUE)
                        : request.query("after").isPresent()
                                ? request.number("after", 0, Long.MAX_VALUE)
                                : log.newest();
        EventStream stream =
                new EventStream(context.response(), after, request.query("kind"), endpoints);
        on(context, () -> stream.open(context.vertx()));
    }

    private static void on(RoutingContext context, Runnable work) {
        context.vertx().runOnContext(ignored -> work.run());
    }

    /**
     * One reader. It is told that there is something and then reads the store from its own cursor,
     * so nothing is missed or doubled whatever the bus does. Lives on an event loop.
     */
    private final class EventStream {
        private static final long COMMENT_MILLIS = 10_000;
        private final HttpServerResponse response;
        private final Optional<String> kind;
        private final Endpoints endpoints;
        private long cursor;
        private boolean reading;
        private boolean news;

        EventStream(
                HttpServerResponse response,
                long after,
                Optional<String> kind,
                Endpoints endpoints) {
            this.response = response;
            this.cursor = after;
            this.kind = kind;
            this.endpoints = endpoints;
        }

        void open(Vertx vertx) {
            response.setChunked(true)
                    .putHeader("content-type", "text/event-stream")
                    .putHeader("cache-control", "no-store");
            MessageConsumer<Long> consumer =
                    vertx.eventBus().consumer(Addresses.EVENTS_STORED, stored -> advance(vertx));
            long timer = vertx.setPeriodic(COMMENT_MILLIS, tick -> write(": here\n\n"));
            response.closeHandler(closed -> {
                vertx.cancelTimer(timer);
                streams.decrementAndGet();
                consumer.unregister()
                        .onFailure(f -> LOG.atDebug().setCause(f).log("not unregistered"));
            });
            response.drainHandler(drained -> advance(vertx));
            write(": events after " + cursor + "\n\n");
            advance(vertx);
        }

        private void advance(Vertx vertx) {
            if (reading) {
                news = true;
                return;
            }
            if (response.closed() || response.writeQueueFull()) {
                return;
            }
            reading = true;
            news = false;
            Context mine = vertx.getOrCreateContext();
            EventLog.Query query = new EventLog.Query(cursor, kind, PAGE);
            endpoints.detached(() -> {
                List<StoredEvent> page = log.read(query);
                mine.runOnContext(done -> send(vertx, page));
            });
        }

        private void send(Vertx vertx, List<StoredEvent> page) {
            reading = false;
            for (StoredEvent event : page) {
                write(
                        "id: "
                                + event.entry()
                                + "\nevent: "
                                + event.kind()
                                + "\ndata: "
                                + event.json().encode()
                                + "\n\n");
                cursor = event.entry();
            }
            if (news || page.size() == PAGE) {
                advance(vertx);
            }
        }

        private void write(String text) {
            if (!response.closed()) {
                response.write(text)
                        .onFailure(f -> LOG.atDebug().setCause(f).log("event stream closed"));
            }
        }
    }
}
