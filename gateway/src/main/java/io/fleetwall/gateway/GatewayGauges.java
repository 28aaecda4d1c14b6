package io.fleetwall.gateway;

import io.fleetwall.gateway.api.Services;
import io.fleetwall.gateway.fleet.NodePresence;
import io.fleetwall.gateway.fleet.RunnerView;
import io.fleetwall.gateway.metric.Metrics.Gauge;
import io.fleetwall.gateway.metric.Metrics.Sample;
import io.fleetwall.gateway.sink.Backlog;
import io.fleetwall.gateway.sink.StreamLag;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a gateway stands, for a scrape: whether it can do its work, who is linked to it, who has not
 * what it should have, which alerts wait, and how far sinks are behind. Without its store it shows
 * neither alerts nor sinks, rather than 0.
 */
final class GatewayGauges {
    private static final String PREFIX = "fleetwall_gateway_";
    private final Services services;
    private final NodePresence presence;
    private final Set<String> streams;
    private final InstantSource clock;

    /**
     * Of a gateway.
     *
     * @param streams names of the sinks that get every event
     */
    GatewayGauges(
            Services services, NodePresence presence, Set<String> streams, InstantSource clock) {
        this.services = services;
        this.presence = presence;
        this.streams = Set.copyOf(streams);
        this.clock = clock;
    }

    /** All of them. Blocks. */
    List<Gauge> now() {
        boolean store = services.database().usable();
        List<Gauge> gauges = new ArrayList<>();
        gauges.add(usable("store", "Whether the store can be used", store));
        gauges.add(usable("cluster", "Whether the member can be used", services.member().usable()));
        gauges.add(
                usable(
                        "source",
                        "Whether policies can be read where they come from",
                        services.source().getAsBoolean()));
        gauges.add(gauge("members", "Gateways in the cluster.", services.member().size()));
        gauges.add(
                gauge(
                        "revision",
                        "The revision that nodes get here.",
                        services.policies().current().revision().number()));
        gauges.add(gauge("links", "Nodes linked to this gateway.", presence.linked()));
        gauges.add(
                gauge(
                        "runners_behind",
                        "Runners of linked nodes that have not what they should have.",
                        services.fleet().fleet().runners().stream()
                                .filter(RunnerView::isBehind)
                                .count()));
        if (store) {
            alerts(gauges);
            streams(gauges);
        }
        return gauges;
    }

    private void alerts(List<Gauge> gauges) {
        Backlog backlog = Backlog.of(services.database(), clock.instant());
        gauges.add(gauge("alerts_waiting", "Alerts that are still tried.", backlog.waiting()));
        gauges.add(
                gauge(
                        "alert_oldest_seconds",
                        "For how long the oldest of them has waited.",
                        backlog.oldest().toSeconds()));
        gauges.add(gauge("alerts_dead", "Alerts that were given up.", backlog.dead()));
    }

    private void streams(List<Gauge> gauges) {
        List<StreamLag> lags =
                StreamLag.of(services.database(), clock.instant()).stream()
                        .filter(lag -> streams.contains(lag.target()))
                        .toList();
        gauges.add(
                new Gauge(
                        PREFIX + "sink_behind_events",
                        "Entries of the log that the sink has not come to yet.",
                        lags.stream().map(lag -> new Sample(lag.target(), lag.events())).toList()));
        gauges.add(
                new Gauge(
                        PREFIX + "sink_oldest_seconds",
                        "For how long the first of them has been in the store.",
                        lags.stream()
                                .map(lag -> new Sample(lag.target(), lag.oldest().toSeconds()))
                                .toList()));
    }

    private static Gauge usable(String what, String help, boolean usable) {
        return gauge(what + "_usable", help + ": 1 or 0.", usable ? 1 : 0);
    }

    private static Gauge gauge(String name, String help, long value) {
        return new Gauge(PREFIX + name, help, List.of(new Sample("", value)));
    }
}
