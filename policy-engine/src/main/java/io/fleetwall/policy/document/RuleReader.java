package io.fleetwall.policy.document;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The elements of {@code allow} or {@code deny}. */
final class RuleReader {
    private static final List<String> KEYS = List.of("host", "cidr", "ports", "reason", "expires");

    /** RFC 3339, which is stricter than the JDK's ISO 8601. */
    private static final Pattern RFC3339 =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?"
                            + "([Zz]|[+-]\\d\\d:\\d\\d)");

    private final ProblemLog log;
    private final Verb verb;

    RuleReader(ProblemLog log, Verb verb) {
        this.log = log;
        this.verb = verb;
    }

    /** Which list. */
    enum Verb {
        ALLOW,
        DENY
    }

    List<Rule> read(Section spec) {
        List<Rule> rules = new ArrayList<>();
        for (Node element : spec.list(verb.name().toLowerCase(Locale.ROOT))) {
            Rule rule = rule(Section.of(element, KEYS, log));
            if (rule != null) {
                rules.add(rule);
            }
        }
        return rules;
    }

    /** A rule, or null after a report. */
    private @Nullable Rule rule(Section section) {
        Ports ports = ports(section);
        Optional<Instant> expires = expires(section);
        String reasonText = section.text("reason");
        String reason = reasonText == null ? "" : reasonText.strip().replaceAll("\\s+", " ");
        Origin origin = log.origin(section.node());
        Node hostNode = section.value("host");
        Node cidrNode = section.value("cidr");
        if ((hostNode == null) == (cidrNode == null)) {
            subject(section, hostNode == null ? "neither" : "both");
            return null;
        }
        if (hostNode != null) {
            HostPattern pattern = host(section, hostNode);
            return pattern == null ? null : new HostRule(pattern, ports, reason, expires, origin);
        }
        Network network = cidrNode == null ? null : network(section, cidrNode);
        return network == null ? null : new NetworkRule(network, ports, reason, expires, origin);
    }

    private void subject(Section section, String which) {
        if (!(section.node() instanceof MappingNode)) {
            return; // Reported as a wrong type already.
        }
        log.report(
                ProblemCode.RULE_SUBJECT,
                section.node(),
                "a rule with " + which + " of host and cidr",
                "write one of the two; for both, two rules");
    }

    private @Nullable HostPattern host(Section section, Node at) {
        String text = section.text("host");
        HostPattern pattern = text == null ? null : new HostText(log, at).read(text);
        if (pattern != null && verb == Verb.ALLOW) {
            reach(pattern, at);
        }
        return pattern;
    }

    /** What a wildcard of an allow lets strangers do; denies may be as wide as they like. */
    private void reach(HostPattern pattern, Node at) {
        if (Suffixes.isPublic(pattern)) {
            log.report(
                    ProblemCode.HOST_PUBLIC_SUFFIX,
                    at,
                    pattern + " allows every name anybody registers below " + pattern.base(),
                    "name the domains you mean");
        } else if (Suffixes.isShared(pattern)) {
            log.report(
                    ProblemCode.HOST_SHARED_ZONE,
                    at,
                    pattern + " reaches names that any customer of the provider can have",
                    "name your own accounts, as account." + pattern.base());
        }
    }

    private @Nullable Network network(Section section, Node at) {
        String text = section.text("cidr");
        Network network = text == null ? null : new NetworkText(log, at).read(text);
        if (network != null && verb == Verb.ALLOW && wide(network)) {
            log.report(
                    ProblemCode.NETWORK_WIDE,
                    at,
                    network + " allows a large part of the internet",
                    "name the networks you mean, or say default: allow");
        }
        return network;
    }

    /** Wider than any one organisation's allocation. */
    private static boolean wide(Network network) {
        return network.length() < (network.family() == Network.Family.IPV4 ? 96 + 8 : 16);
    }

    private Ports ports(Section section) {
        if (!section.has("ports")) {
            return verb == Verb.ALLOW ? Ports.HTTPS : Ports.EVERYTHING;
        }
        List<Node> elements = section.list("ports");
        Node at = section.value("ports");
        if (at instanceof SequenceNode && elements.isEmpty()) {
            log.report(
                    ProblemCode.PORTS_EMPTY,
                    at,
                    "a rule without any port does nothing",
                    "remove ports for " + (verb == Verb.ALLOW ? "443/tcp" : "everything"));
        }
        List<PortRange> ranges = new PortsText(log).read(elements);
        if (verb == Verb.ALLOW) {
            ranges.forEach(range -> dns(range, section));
        }
        return ranges.isEmpty() ? Ports.HTTPS : new Ports(ranges);
    }

    /** DNS goes through the node's proxy before any rule is asked. */
    private void dns(PortRange range, Section section) {
        boolean one = range.first() == range.last();
        Node at = section.value("ports");
        if (at != null && one && (range.first() == 53 || range.first() == 853)) {
            log.report(
                    ProblemCode.PORT_DNS,
                    at,
                    range + " has no effect: jobs reach no DNS server but the node's own",
                    "remove it; set the node's upstreams to choose a resolver");
        }
    }

    private Optional<Instant> expires(Section section) {
        String text = section.text("expires");
        Node at = section.value("expires");
        if (text == null || at == null) {
            return Optional.empty();
        }
        if (RFC3339.matcher(text).matches()) {
            try {
                return Optional.of(OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant());
            } catch (DateTimeException e) {
                // Reported below: a date such as 30 February.
            }
        }
        String hint =
                text.matches("\\d{4}-\\d\\d-\\d\\d")
                        ? "write " + text + "T00:00:00Z"
                        : "write date, time and zone, as 2027-01-31T00:00:00Z";
        log.report(ProblemCode.EXPIRES, at, "\"" + text + "\" is not an RFC 3339 instant", hint);
        return Optional.empty();
    }
}
