package io.fleetwall.node;

import io.fleetwall.node.dns.DnsCounters;
import io.fleetwall.node.dns.DnsDenial;
import io.fleetwall.node.dns.DnsProxy;
import io.fleetwall.node.dns.figure.Latencies;
import io.fleetwall.node.dns.upstream.Failure;
import io.fleetwall.node.dns.upstream.UpstreamFigures;
import io.fleetwall.node.health.Metric;
import io.fleetwall.node.health.Metric.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The DNS proxy's numbers, gathered when they are asked for. */
final class DnsMetrics {
    private DnsMetrics() {}

    static List<Metric> now(DnsProxy proxy) {
        DnsCounters counters = proxy.counters();
        List<Sample> failures = new ArrayList<>();
        List<Sample> latencies = new ArrayList<>();
        for (UpstreamFigures.OfUpstream upstream : counters.upstreams().all()) {
            String label = "upstream=\"" + upstream.resolver() + '"';
            for (Failure why : Failure.values()) {
                failures.add(
                        new Sample(
                                label + ",why=\"" + NodeMetrics.text(why) + '"',
                                (double) upstream.failures(why)));
            }
            latencies.addAll(histogram(label, upstream.latencies().snapshot()));
        }
        return List.of(
                new Metric(
                        "fleetwall_dns_total",
                        "what the DNS proxy did since its start",
                        NodeMetrics.samples(
                                "what", counts(DnsCounters.Count.class, counters::get))),
                new Metric(
                        "fleetwall_dns_denied_total",
                        "denied questions and answers (in audit mode: told) by cause",
                        NodeMetrics.samples("cause", counts(DnsDenial.Cause.class, counters::get))),
                Metric.of(
                        "fleetwall_dns_closed_zones",
                        "zones whose budget of names is spent, by runner and zone",
                        proxy.closedZones()),
                new Metric(
                        "fleetwall_dns_upstream_failures_total",
                        "attempts at an upstream that brought no answer",
                        failures),
                new Metric(
                        "fleetwall_dns_upstream_seconds",
                        "from a question sent to its answer, connecting included",
                        latencies),
                new Metric(
                        "fleetwall_dns_kernel_seconds",
                        "until the kernel had the addresses of an answer",
                        histogram("", counters.kernel().snapshot())));
    }

    private static <E extends Enum<E>> Map<E, Long> counts(Class<E> type, ToLongFunction<E> count) {
        Map<E, Long> counts = new EnumMap<>(type);
        Arrays.stream(type.getEnumConstants())
                .forEach(each -> counts.put(each, count.applyAsLong(each)));
        return counts;
    }

    private static List<Sample> histogram(String label, Latencies.Snapshot latencies) {
        String before = label.isEmpty() ? "" : label + ",";
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < latencies.bounds().length; i++) {
            samples.add(
                    new Sample(
                            "_bucket",
                            before + "le=\"" + latencies.bounds()[i] + '"',
                            (double) latencies.cumulated()[i]));
        }
        samples.add(new Sample("_bucket", before + "le=\"+Inf\"", (double) latencies.count()));
        samples.add(new Sample("_sum", label, latencies.seconds()));
        samples.add(new Sample("_count", label, (double) latencies.count()));
        return samples;
    }
}
