package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.DnsDenial.Cause;
import io.fleetwall.node.dns.figure.Latencies;
import io.fleetwall.node.dns.figure.TopNames;
import io.fleetwall.node.dns.upstream.Failure;
import io.fleetwall.node.dns.upstream.UpstreamFigures.OfUpstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class FiguresTest {
    private static final String POLICY = "  allow: [{host: '**.acme.test'}]\n";

    @Test
    void denials_are_counted_by_cause_and_latencies_by_upstream() throws Exception {
        try (StubUpstream upstream = new StubUpstream(Zone::answer);
                Bench bench = new Bench(POLICY, upstream.address())) {
            bench.ask("www.acme.test", 1);
            bench.ask("www.acme.test", 1);
            bench.ask("ftp.acme.test", 28);
            bench.ask("www.acme.test", 16);
            bench.ask("other.test", 1);
            bench.ask("another.test", 1);
            bench.ask("broken.acme.test", 1);

            DnsCounters counters = bench.proxy.counters();
            assertEquals(1, counters.get(Cause.QUERY_TYPE));
            assertEquals(2, counters.get(Cause.NO_RULE));
            assertEquals(3, counters.get(DnsCounters.Count.DENIED));
            assertEquals(2, counters.kernel().snapshot().count());
            OfUpstream figures = counters.upstreams().all().getFirst();
            assertEquals(upstream.address(), figures.resolver().address());
            Latencies.Snapshot latencies = figures.latencies().snapshot();
            assertEquals(2, latencies.count());
            assertTrue(latencies.seconds() > 0 && latencies.seconds() < 10);
            assertEquals(2, figures.failures(Failure.NO_ANSWER), "two attempts");
        }
    }

    @Test
    void an_upstream_that_is_silent_or_not_there_is_counted_as_that() throws Exception {
        InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        try (StubUpstream silent = new StubUpstream(Zone::answer);
                Bench bench = Bench.impatient(POLICY, nowhere, silent.address())) {
            bench.ask("silent.acme.test", 1);
            List<OfUpstream> figures = bench.proxy.counters().upstreams().all();
            assertEquals(1, figures.getFirst().failures(Failure.UNREACHABLE));
            assertEquals(1, figures.getLast().failures(Failure.TIMEOUT));
            assertEquals(0, figures.getLast().latencies().snapshot().count());
        }
    }

    @Test
    void the_names_that_are_asked_and_refused_most_are_known_of_each_runner() throws Exception {
        try (StubUpstream upstream = new StubUpstream(Zone::answer);
                Bench bench = new Bench(POLICY, upstream.address())) {
            for (int i = 0; i < 300; i++) {
                bench.ask("www.acme.test", 1);
            }
            for (int i = 0; i < 3; i++) {
                bench.ask("Other.Test", 1);
            }
            bench.ask("another.test", 1);
            TopNames top = bench.proxy.top("a").get(60, TimeUnit.SECONDS);
            assertEquals("www.acme.test", top.asked().getFirst().name());
            assertEquals(300.0, (double) top.asked().getFirst().count(), 150);
            assertEquals(
                    List.of(
                            new TopNames.Name("other.test", 3),
                            new TopNames.Name("another.test", 1)),
                    top.denied());
            assertEquals(TopNames.NONE, bench.proxy.top("b").get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void zones_are_counted_while_they_are_closed() throws Exception {
        try (StubUpstream upstream = new StubUpstream(Zone::answer);
                Bench bench = new Bench(POLICY, upstream.address())) {
            for (int i = 0; i <= Bench.BUDGET.names(); i++) {
                bench.ask("n" + i + ".acme.test", 1);
            }
            assertEquals(1, bench.proxy.closedZones());
            assertTrue(bench.proxy.counters().get(Cause.ZONE_BUDGET) > 0);
            bench.pass(Duration.ofMinutes(11));
            assertEquals(0, bench.proxy.closedZones());
        }
    }
}
