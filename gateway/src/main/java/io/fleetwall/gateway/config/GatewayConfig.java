package io.fleetwall.gateway.config;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.condition.Severity;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything a gateway is told at its start. {@code conf/gateway.yaml} says what each key means.
 *
 * @param name of this gateway in events and in the cluster
 * @param state directory of the embedded database, keys and the first token
 */
public record GatewayConfig(
        String name,
        Path state,
        Store store,
        Api api,
        Link link,
        Policies policies,
        Cluster cluster,
        Events events,
        Webhooks webhooks) {

    /** The operators' listener. */
    public record Api(
            ListenAddress listen, Optional<KeyPairFiles> tls, int maxBodyBytes, Access access) {}

    /**
     * Who may use the API besides holders of its own tokens, and how much.
     *
     * @param requestsPerMinute of one token, on average
     */
    public record Access(Optional<Oidc> oidc, int requestsPerMinute) {}

    /**
     * An OpenID provider whose tokens open the API.
     *
     * @param roleClaim path of the claim, levels separated by dots
     * @param roles which values of the claim give which role
     */
    public record Oidc(
            String issuer,
            String audience,
            KeySource keys,
            String roleClaim,
            Map<String, Set<String>> roles) {
        public Oidc {
            roles = Map.copyOf(roles);
        }
    }

    /** Where an OpenID provider's public keys are. */
    public sealed interface KeySource {
        /** Where the provider publishes them. */
        record Address(URI uri) implements KeySource {}

        /** Where an operator keeps them. */
        record File(Path path) implements KeySource {}
    }

    /** PEM files of a TLS listener. */
    public record KeyPairFiles(Path certificate, Path key) {}

    /**
     * The nodes' listener.
     *
     * @param names further names and addresses that the listener's certificate carries
     * @param heartbeat how often a node says that it lives; three missed close its link
     * @param lostAfter how long a node may be away before it counts as lost
     * @param window unacknowledged policies a node may have in flight
     */
    public record Link(
            ListenAddress listen,
            List<String> names,
            Duration heartbeat,
            Duration lostAfter,
            int window,
            Certificates certificates) {
        public Link {
            names = List.copyOf(names);
        }
    }

    /**
     * How the fleet's authority issues.
     *
     * @param nodeLife of the certificates given to nodes
     * @param listenerLife of the one that the link shows; renewed when two thirds of it are over
     * @param authority of the operator; absent: the fleet's own
     */
    public record Certificates(
            Duration nodeLife, Duration listenerLife, Optional<KeyPairFiles> authority) {
        /** By the fleet's own authority. */
        public Certificates(Duration nodeLife, Duration listenerLife) {
            this(nodeLife, listenerLife, Optional.empty());
        }
    }

    /**
     * The policy directory, if the policies come from one.
     *
     * @param settle how long the directory must be quiet before it is read
     * @param approval who has to agree to what the API is to publish
     */
    public record Policies(Optional<Path> directory, Duration settle, Approval approval) {
        /** Whoever may publish does. */
        public Policies(Optional<Path> directory, Duration settle) {
            this(directory, settle, Approval.NOBODY);
        }
    }

    /** Who has to agree before policies are published. */
    public enum Approval {
        NOBODY,
        ANOTHER_PERSON
    }

    /** Where everything durable is. */
    public sealed interface Store {
        /** In the state directory; for one gateway. */
        record Embedded() implements Store {}

        /**
         * A server that all gateways share.
         *
         * @param url for JDBC, without credentials
         */
        record Postgresql(String url, String user, Secret password) implements Store {}
    }

    /**
     * The gateways' own network.
     *
     * @param bind address of this member; only loopback while the store is embedded
     * @param eventBusPort 0 lets the kernel choose
     * @param secret what the gateways have in common: it seals the fleet's keys in a shared store
     */
    public record Cluster(
            String name,
            ListenAddress bind,
            int eventBusPort,
            Peers peers,
            Optional<Secret> secret,
            Lite lite) {
        /** Without lite members. */
        public Cluster(
                String name,
                ListenAddress bind,
                int eventBusPort,
                Peers peers,
                Optional<Secret> secret) {
            this(name, bind, eventBusPort, peers, secret, Lite.NONE);
        }
    }

    /** What lite members are to this process: members that have a node, and no store. */
    public enum Lite {
        /** Their nodes are not let in. */
        NONE,
        /** Their nodes are let in by name, without a certificate. */
        HOST,
        /** It is one. */
        MEMBER
    }

    /**
     * Where the other gateways are.
     *
     * @param members host:port; a name stands for all of its addresses
     * @param kubernetesService DNS name of a headless service
     */
    public record Peers(List<String> members, Optional<String> kubernetesService) {
        /** No others. */
        public static final Peers NONE = new Peers(List.of(), Optional.empty());

        public Peers {
            members = List.copyOf(members);
        }
    }

    /**
     * How long events and deliveries are kept, and what is learned from them.
     *
     * @param baseline empty: nothing is learned
     */
    public record Events(Duration retention, Optional<Baseline> baseline) {}

    /**
     * When the destinations of a workflow are known, and what is new is told.
     *
     * @param runs after so many
     * @param age or after so long, whichever comes first
     * @param destinations of one workflow, at most
     */
    public record Baseline(int runs, Duration age, int destinations) {
        /** As without a word in the settings. */
        public static final Baseline USUAL = new Baseline(10, Duration.ofDays(14), 1_000);
    }

    /**
     * Alerts to the outside.
     *
     * @param allowPrivateTargets networks that a target may be in although they are not public
     * @param window in which equal incidents of a target become one message
     * @param links addresses with places, behind the buttons {@code run}, {@code allow} and {@code
     *     suppress}
     * @param severities the first that holds says how much an event matters
     * @param incidentsPerJob that are told one by one; what comes beyond is one more
     */
    public record Webhooks(
            List<Network> allowPrivateTargets,
            Duration window,
            List<Target> targets,
            Map<String, String> links,
            List<SeverityRule> severities,
            int incidentsPerJob) {
        /** More than anybody reads of one job, and a minute of a receiver's time. */
        public static final int INCIDENTS_PER_JOB = 50;

        public Webhooks {
            allowPrivateTargets = List.copyOf(allowPrivateTargets);
            targets = List.copyOf(targets);
            links = Map.copyOf(links);
            severities = List.copyOf(severities);
        }

        /** Names of the targets that get every event. */
        public Set<String> streams() {
            return targets.stream()
                    .filter(target -> target.tuning().pace().each() == Tuning.Each.EVENT)
                    .map(Target::name)
                    .collect(Collectors.toUnmodifiableSet());
        }

        /** With the usual severities, and no buttons. */
        public Webhooks(List<Network> allowPrivateTargets, Duration window, List<Target> targets) {
            this(allowPrivateTargets, window, targets, Map.of(), List.of(), INCIDENTS_PER_JOB);
        }
    }

    /** How much the events matter for which a condition holds. */
    public record SeverityRule(Condition when, Severity severity) {}

    /**
     * One receiver.
     *
     * @param url may itself be a credential (Slack), so it is kept as one
     * @param secret a key of the Standard Webhooks signature, or the receiver's own token
     * @param kinds event kinds it wants, for example {@code flow.denied} or {@code flow.*}
     */
    public record Target(
            String name,
            Format format,
            Secret url,
            Optional<Secret> secret,
            Set<String> kinds,
            Tuning tuning) {
        public Target {
            kinds = Set.copyOf(kinds);
        }

        /** With what is usual for its format. */
        public Target(
                String name,
                Format format,
                Secret url,
                Optional<Secret> secret,
                Set<String> kinds) {
            this(name, format, url, secret, kinds, Tuning.of(format));
        }
    }

    /** What a receiver understands. */
    public enum Format {
        SLACK,
        TEAMS,
        PAGERDUTY,
        GENERIC,
        SPLUNK,
        ELASTIC,
        OTLP,
        SYSLOG,
        FILE;

        /** Whether it is meant to get every event rather than alerts. */
        public boolean streams() {
            return switch (this) {
                case SLACK, TEAMS, PAGERDUTY, GENERIC -> false;
                case SPLUNK, ELASTIC, OTLP, SYSLOG, FILE -> true;
            };
        }
    }
}
