package io.fleetwall.node.config;

import io.fleetwall.node.dns.DnsSettings;
import io.fleetwall.node.dns.budget.BudgetSettings;
import io.fleetwall.node.dns.upstream.Resolver;
import io.fleetwall.policy.document.Network;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Everything an operator sets for one node. Every value is already checked: what this record holds,
 * the agent can start with.
 *
 * @param name the node's name in the fleet, the subject of its certificate
 * @param state directory of its own, 0700: identity, last good policies, event spool
 * @param pins directory below a bpffs
 * @param health loopback address of /health and /metrics
 * @param spoolBytes upper limit of the event spool on disk
 * @param socketHolders executables that may have packet sockets on a machine that is a runner
 */
public record NodeConfig(
        String name,
        Gateway gateway,
        Path state,
        Path pins,
        JobSocket job,
        List<Runner> runners,
        Dns dns,
        InetSocketAddress health,
        long spoolBytes,
        Set<String> socketHolders) {
    public NodeConfig {
        runners = List.copyOf(runners);
        socketHolders = Set.copyOf(socketHolders);
    }

    /** One on which every packet socket is told. */
    public NodeConfig(
            String name,
            Gateway gateway,
            Path state,
            Path pins,
            JobSocket job,
            List<Runner> runners,
            Dns dns,
            InetSocketAddress health,
            long spoolBytes) {
        this(name, gateway, state, pins, job, runners, dns, health, spoolBytes, Set.of());
    }

    /** The same with other runners. */
    public NodeConfig with(List<Runner> others) {
        return new NodeConfig(
                name, gateway, state, pins, job, others, dns, health, spoolBytes, socketHolders);
    }

    /**
     * The gateway to follow.
     *
     * @param caFingerprint SHA-256 of the fleet CA's certificate, 64 lower-case hexadecimal digits
     * @param tokenFile needed until the node is enrolled
     * @param lockdownAfter nothing passes any more after no gateway was heard for so long; when
     *     empty the last policy stays in force
     */
    public record Gateway(
            URI url,
            String caFingerprint,
            Optional<Path> tokenFile,
            Optional<Duration> lockdownAfter) {
        /** One whose loss changes nothing. */
        public Gateway(URI url, String caFingerprint, Optional<Path> tokenFile) {
            this(url, caFingerprint, tokenFile, Optional.empty());
        }

        /** What {@code url} is where the gateway is in the agent's own process. */
        static final URI IN_PROCESS = URI.create("cluster");

        /** Whether policies come over the event bus and not over a link. */
        public boolean isInProcess() {
            return url.equals(IN_PROCESS);
        }
    }

    /**
     * Where CI hooks announce jobs.
     *
     * @param owners user ids that may; root always may
     * @param timeout after which a job that has no policy is refused
     */
    public record JobSocket(Path path, Set<Long> owners, Duration timeout) {
        public JobSocket {
            owners = Set.copyOf(owners);
        }
    }

    /** Which side of its interface a runner's traffic is seen on. */
    public enum Direction {
        /** It comes in from the host's end of a veth: a container. */
        INGRESS,
        /** It goes out of the machine's uplink: the machine is the runner. */
        EGRESS
    }

    /**
     * One place where jobs run.
     *
     * @param labels the node's and its own
     * @param inbound ports of a machine that may be called from outside
     * @param sources networks that may send over the interface; none: of a container those that are
     *     routed to it, of a machine its own addresses
     * @param uplinks of a machine: what becomes of its other ways out
     */
    public record Runner(
            String name,
            String interfaceName,
            Direction direction,
            Set<String> labels,
            Set<Inbound> inbound,
            Set<Network> sources,
            Uplinks uplinks) {
        public Runner {
            sources = Set.copyOf(sources);
            labels = Set.copyOf(labels);
            inbound = Set.copyOf(inbound);
        }

        /** One that nobody calls. */
        public Runner(String name, String interfaceName, Direction direction, Set<String> labels) {
            this(name, interfaceName, direction, labels, Set.of(), Set.of(), Uplinks.REPORT);
        }

        /** The same over another interface. */
        public Runner on(String otherInterface) {
            return new Runner(name, otherInterface, direction, labels, inbound, sources, uplinks);
        }
    }

    /** What becomes of interfaces of a machine that lead out and are not declared. */
    public enum Uplinks {
        /** They are under the machine's policy as soon as they are there. */
        FILTER,
        /** They are told. */
        REPORT
    }

    /** Protocols whose ports may be called. */
    public enum Protocol {
        TCP,
        UDP
    }

    /** A port that may be called from outside: its answers pass. */
    public record Inbound(Protocol protocol, int port) {}

    /**
     * The DNS proxy.
     *
     * @param port where it listens on each runner's interface
     * @param redirect whether port 53 of every runner is brought to it by nftables
     * @param budget of names below wildcards (tunnels)
     */
    public record Dns(
            int port,
            Upstreams upstreams,
            boolean redirect,
            BudgetSettings budget,
            Answers answers) {
        /** Over UDP and TCP, the rest as usual. */
        public Dns(int port, List<InetSocketAddress> upstreams, boolean redirect) {
            this(
                    port,
                    new Upstreams(
                            upstreams.stream().map(Resolver::plain).toList(), Optional.empty()),
                    redirect,
                    BudgetSettings.DEFAULT,
                    Answers.DEFAULT);
        }
    }

    /**
     * Whom the proxy asks.
     *
     * @param resolvers over TLS all or none
     * @param authorities PEM file of those who vouch for their names; absent: the runtime's
     */
    public record Upstreams(List<Resolver> resolvers, Optional<Path> authorities) {
        public Upstreams {
            resolvers = List.copyOf(resolvers);
        }
    }

    /**
     * What may be asked, and what the proxy keeps and gives.
     *
     * @param queryTypes RFC 1035 QTYPE
     * @param workers event loops
     * @param cacheBytes of answers, for all workers together
     * @param staleFor how long an answer may outlive its TTL while no upstream answers
     * @param stripEch whether the keys of Encrypted Client Hello are taken out
     */
    public record Answers(
            SortedSet<Integer> queryTypes,
            int workers,
            long cacheBytes,
            Duration staleFor,
            boolean stripEch) {
        static final Answers DEFAULT =
                new Answers(DnsSettings.QUERY_TYPES, 1, 4 << 20, Duration.ofHours(1), false);

        public Answers {
            queryTypes = Collections.unmodifiableSortedSet(new TreeSet<>(queryTypes));
        }
    }
}
