package io.fleetwall.node.dns;

import io.fleetwall.node.dns.budget.BudgetSettings;
import io.fleetwall.node.dns.listen.TcpSettings;
import io.fleetwall.node.dns.upstream.Resolver;
import io.fleetwall.node.dns.upstream.UpstreamSettings;
import io.fleetwall.node.dns.wire.AnswerLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** How the proxy works, the same for every runner of a node. */
public record DnsSettings(
        UpstreamSettings upstreams,
        TcpSettings tcp,
        AnswerSettings answers,
        BudgetSettings budget,
        WorkerSettings workers) {
    /** A, CNAME, PTR, AAAA, SRV, SVCB, HTTPS: what builds need; the rest carries data (tunnels). */
    public static final SortedSet<Integer> QUERY_TYPES =
            java.util.Collections.unmodifiableSortedSet(
                    new TreeSet<>(List.of(1, 5, 12, 28, 33, 64, 65)));

    /** The defaults, towards these upstreams. */
    public static DnsSettings towards(List<InetSocketAddress> upstreams) {
        return towards(upstreams.stream().map(Resolver::plain).toList(), Optional.empty());
    }

    /**
     * The defaults, towards these resolvers.
     *
     * @param authorities who may vouch for the names of those asked over TLS
     */
    public static DnsSettings towards(List<Resolver> resolvers, Optional<Path> authorities) {
        return new DnsSettings(
                new UpstreamSettings(resolvers, authorities, Duration.ofMillis(1200), 32),
                new TcpSettings(Duration.ofSeconds(10), 128, 4096),
                new AnswerSettings(QUERY_TYPES, new AnswerLimits(32, 3600), Duration.ofHours(1)),
                BudgetSettings.DEFAULT,
                new WorkerSettings(1, 4 << 20, 2048));
    }

    /** The same, with another share of the machine. */
    public DnsSettings with(WorkerSettings share) {
        return new DnsSettings(upstreams, tcp, answers, budget, share);
    }

    /** The same, with other questions and answers. */
    public DnsSettings with(AnswerSettings taken) {
        return new DnsSettings(upstreams, tcp, taken, budget, workers);
    }

    /** The same, with other budgets for names below wildcards. */
    public DnsSettings with(BudgetSettings budgets) {
        return new DnsSettings(upstreams, tcp, answers, budgets, workers);
    }

    /**
     * What may be asked, and how much of an answer is taken.
     *
     * @param stale how long an answer may be given after its TTL while no upstream answers (RFC
     *     8767); zero never does
     */
    public record AnswerSettings(
            SortedSet<Integer> queryTypes, AnswerLimits limits, Duration stale) {
        public AnswerSettings {
            if (stale.isNegative() || stale.compareTo(Duration.ofDays(3)) > 0) {
                throw new IllegalArgumentException("dns stale answers for " + stale);
            }
            queryTypes = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(queryTypes));
        }
    }

    /**
     * How much of the machine the proxy uses.
     *
     * @param count event loops, each with its own cache and upstream sockets and a share of every
     *     listener's clients; one serves about 150,000 cached queries a second
     * @param cacheBytes of answers, an equal part for each worker
     * @param questions under way at upstreams per worker, and a quarter of it for one runner; each
     *     holds about 2 KiB
     */
    public record WorkerSettings(int count, long cacheBytes, int questions) {
        public WorkerSettings {
            if (count < 1 || count > 64 || cacheBytes < 0 || questions < 4) {
                throw new IllegalArgumentException(
                        "dns workers " + count + ", " + cacheBytes + ", " + questions);
            }
        }
    }
}
