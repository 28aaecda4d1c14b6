package io.fleetwall.node;

import io.fleetwall.node.enforce.Enforcement;
import io.fleetwall.node.event.EventVerticle;
import io.fleetwall.node.health.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The node's numbers, gathered when they are asked for. */
record NodeMetrics(Enforcement node, EventVerticle events, DnsVerticle dns) {
    List<Metric> now() {
        List<Metric> metrics = new ArrayList<>(ofNode());
        metrics.addAll(DnsMetrics.now(dns.proxy()));
        return metrics;
    }

    private List<Metric> ofNode() {
        return List.of(
                new Metric(
                        "fleetwall_packets_total",
                        "packets by reason since the data plane was installed",
                        samples("reason", node.plane().telemetry().counters())),
                new Metric(
                        "fleetwall_kernel_faults_total",
                        "what the kernel part could not do since it was installed",
                        samples("fault", node.plane().telemetry().faults())),
                Metric.of(
                        "fleetwall_locked_down",
                        "1 while everything is shut because no gateway was heard for too long",
                        node.lockedDown() ? 1 : 0),
                Metric.of("fleetwall_table_sets", "table sets in use", node.tableSets()),
                Metric.of("fleetwall_learned_addresses", "from DNS, in force", node.learned()),
                Metric.of(
                        "fleetwall_spool_events",
                        "not yet acknowledged",
                        (double) events.pending()),
                Metric.of("fleetwall_spool_bytes", "on disk", (double) events.bytes()),
                Metric.of(
                        "fleetwall_events_unspooled",
                        "lost, not yet told",
                        (double) events.lost()));
    }

    static <E extends Enum<E>> List<Metric.Sample> samples(String label, Map<E, Long> counters) {
        return counters.entrySet().stream()
                .map(entry ->
                        new Metric.Sample(
                                label + "=\"" + text(entry.getKey()) + '"',
                                (double) entry.getValue()))
                .toList();
    }

    static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
