package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.DnsProxy;
import io.fleetwall.node.dns.DnsSettings;
import io.fleetwall.node.dns.upstream.Resolver;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DnsMetricsTest {
    @Test
    void histograms_count_up_to_everything_in_the_form_of_prometheus() {
        Resolver resolver = Resolver.tls(new InetSocketAddress("192.0.2.53", 853), "dns.example");
        try (DnsProxy proxy =
                DnsProxy.start(DnsSettings.towards(List.of(resolver), Optional.empty()))) {
            var latencies = proxy.counters().upstreams().all().getFirst().latencies();
            latencies.add(3_000_000);
            latencies.add(3_000_000);
            latencies.add(40_000_000_000L);
            String text = text(proxy);
            String upstream = "upstream=\"tls://192.0.2.53:853#dns.example\"";
            for (String line :
                    List.of(
                            "# TYPE fleetwall_dns_upstream_seconds histogram",
                            bucket(upstream, "0.0025", 0),
                            bucket(upstream, "0.005", 2),
                            bucket(upstream, "2.5", 2),
                            bucket(upstream, "+Inf", 3),
                            "fleetwall_dns_upstream_seconds_sum{" + upstream + "} 40.006",
                            "fleetwall_dns_upstream_seconds_count{" + upstream + "} 3",
                            "fleetwall_dns_upstream_failures_total{" + upstream + ",why=\"tls\"} 0",
                            "fleetwall_dns_denied_total{cause=\"query-type\"} 0",
                            "fleetwall_dns_kernel_seconds_bucket{le=\"1.0E-5\"} 0",
                            "fleetwall_dns_kernel_seconds_count 0",
                            "fleetwall_dns_closed_zones 0")) {
                assertTrue(text.lines().anyMatch(line::equals), () -> line + " in\n" + text);
            }
            assertEquals(text.lines().count(), text.lines().distinct().count(), "no series twice");
        }
    }

    private static String bucket(String upstream, String le, int count) {
        return "fleetwall_dns_upstream_seconds_bucket{%s,le=\"%s\"} %d"
                .formatted(upstream, le, count);
    }

    private static String text(DnsProxy proxy) {
        StringBuilder text = new StringBuilder();
        DnsMetrics.now(proxy).forEach(metric -> metric.write(text));
        return text.toString();
    }
}
