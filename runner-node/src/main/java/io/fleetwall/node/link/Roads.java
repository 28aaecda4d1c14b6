package io.fleetwall.node.link;

import io.fleetwall.node.enforce.FleetKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.UpgradeRejectedException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which way to try next. A WebSocket, until three in a row were of no use although TLS had been
 * agreed on: the upgrade was refused, or the gateway's welcome did not come through. Then requests
 * may pass. When those fail too, both are tried in turn.
 */
final class Roads {
    /** A gateway that restarts refuses one, rarely two. */
    private static final int FAILURES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Roads.class);

    private final Pace pace;
    private int failed;

    /**
     * How long to wait.
     *
     * @param welcome a gateway that does not welcome within this is none
     * @param socketAgain a proxy that refuses upgrades seldom stops doing so, and a long poll costs
     *     little more
     */
    record Pace(Duration welcome, Duration socketAgain) {
        static final Pace USUAL = new Pace(Duration.ofSeconds(30), Duration.ofMinutes(10));
    }

    Roads(Pace pace) {
        this.pace = pace;
    }

    /** A session, the way whose turn it is. */
    Future<Session> open(Vertx vertx, Place place) {
        Road road = failed < FAILURES ? Road.WEBSOCKET : Road.LONG_POLL;
        return open(vertx, road, place)
                .onFailure(why -> {
                    if (road == Road.LONG_POLL || isRefusal(why)) {
                        failed(road);
                    }
                });
    }

    /** A session over a WebSocket, whatever has failed. */
    Future<Session> openSocket(Vertx vertx, Place place) {
        return open(vertx, Road.WEBSOCKET, place);
    }

    /** A session with the gateway in this process. */
    Future<Session> openFeed(Vertx vertx, String node, FleetKeys keys) {
        return FeedCarrier.open(vertx, node, keys)
                .map(open -> new Session(vertx, Road.CLUSTER, open, pace.welcome()));
    }

    private Future<Session> open(Vertx vertx, Road road, Place place) {
        Future<? extends Carrier> carrier =
                switch (road) {
                    case WEBSOCKET -> SocketCarrier.open(vertx, place);
                    case LONG_POLL -> PollCarrier.open(vertx, place);
                    case CLUSTER -> Future.failedFuture("there is no place in this process");
                };
        return carrier.map(open -> new Session(vertx, road, open, pace.welcome()));
    }

    /** The gateway was heard this way. */
    void welcomed(Session session) {
        switch (session.road()) {
            case WEBSOCKET -> failed = 0;
            case LONG_POLL -> LOG.atWarn().log("no WebSocket comes through, linked by long poll");
            case CLUSTER ->
                    LOG.atWarn()
                            .log("fed by a gateway in this process: who takes over one has both");
        }
    }

    /** A session has ended; one that heard nothing is no better than a refusal. */
    void ended(Session session) {
        if (!session.heard()) {
            failed(session.road());
        }
    }

    private void failed(Road road) {
        switch (road) {
            case WEBSOCKET -> failed++;
            case LONG_POLL -> failed = FAILURES - 1;
            case CLUSTER -> {}
        }
    }

    /** Tries something once it is time for a WebSocket again. */
    void later(Vertx vertx, Runnable attempt) {
        vertx.setTimer(pace.socketAgain().toMillis(), _ -> attempt.run());
    }

    /** What never got as far as an upgrade says nothing about upgrades. */
    private static boolean isRefusal(Throwable why) {
        return why instanceof UpgradeRejectedException
                || why instanceof HttpClosedException
                || why instanceof TimeoutException;
    }
}
