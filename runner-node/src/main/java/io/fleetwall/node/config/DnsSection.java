package io.fleetwall.node.config;

import io.fleetwall.node.dns.budget.BudgetSettings;
import io.fleetwall.node.dns.upstream.Resolver;
import io.fleetwall.node.dns.upstream.TlsTrust;
import io.fleetwall.policy.document.QueryTypes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Reads what the DNS proxy does: {@code dns}. */
final class DnsSection {
    private final Section section;

    private DnsSection(Section section) {
        this.section = section;
    }

    static NodeConfig.Dns read(Section section) {
        DnsSection dns = new DnsSection(section);
        NodeConfig.Upstreams upstreams = dns.upstreams();
        int port = (int) section.number("port", 5353, 1, 65535);
        if (port == 53 || port == 853) {
            section.problem("port", "is refused by the packet filter", "any but 53 and 853");
        }
        return new NodeConfig.Dns(
                port, upstreams, section.flag("redirect", true), dns.budget(), dns.answers());
    }

    private NodeConfig.Upstreams upstreams() {
        List<Resolver> resolvers = new ArrayList<>();
        List<String> texts = section.texts("upstreams");
        for (String text : texts) {
            Endpoints.resolver(text)
                    .ifPresentOrElse(
                            resolvers::add,
                            () ->
                                    section.problem(
                                            "upstreams",
                                            "'" + text + "' is no address",
                                            "192.0.2.53:53, [2001:db8::53]:53 or"
                                                    + " tls://192.0.2.53:853#dns.example"));
        }
        if (texts.isEmpty() || texts.size() > 8) {
            section.problem("upstreams", "must be 1 to 8", "the resolvers the proxy may ask");
        }
        long secured = resolvers.stream().filter(each -> each.tlsName().isPresent()).count();
        if (secured > 0 && secured < resolvers.size()) {
            section.problem(
                    "upstreams",
                    "mixes tls:// with plain addresses",
                    "all or none: a plain one would be asked whenever the others fail");
        }
        return new NodeConfig.Upstreams(resolvers, authorities());
    }

    private Optional<Path> authorities() {
        Optional<Path> file = section.text("upstreamCa").map(Path::of);
        if (file.isPresent()) {
            try {
                TlsTrust.read(file.get());
            } catch (IOException e) {
                section.problem("upstreamCa", "cannot be used: " + e.getMessage(), "a PEM file");
            }
        }
        return file;
    }

    /** True, false, or how much. */
    private BudgetSettings budget() {
        if (!section.isMapping("budgets")) {
            return section.flag("budgets", true) ? BudgetSettings.DEFAULT : BudgetSettings.NONE;
        }
        Section sizes = section.section("budgets");
        BudgetSettings usual = BudgetSettings.DEFAULT;
        return new BudgetSettings(
                (int) sizes.number("names", usual.names(), 1, BudgetSettings.MAX_NAMES),
                (int) sizes.number("bytes", usual.bytes(), 64, 1 << 20),
                (int) sizes.number("queries", usual.questions(), 1, 1_000_000));
    }

    private NodeConfig.Answers answers() {
        NodeConfig.Answers usual = NodeConfig.Answers.DEFAULT;
        Duration stale = section.duration("staleFor", usual.staleFor());
        if (stale.compareTo(Duration.ofDays(3)) > 0) {
            section.problem("staleFor", "is too long", "at most 4320m, three days (RFC 8767)");
        }
        return new NodeConfig.Answers(
                section.has("queryTypes") ? queryTypes() : usual.queryTypes(),
                (int) section.number("workers", usual.workers(), 1, 64),
                section.number("cacheBytes", usual.cacheBytes(), 64 << 10, 1L << 30),
                stale,
                section.flag("stripEch", usual.stripEch()));
    }

    private NavigableSet<Integer> queryTypes() {
        NavigableSet<Integer> types = new TreeSet<>();
        for (String name : section.texts("queryTypes")) {
            OptionalInt type = QueryTypes.named(name);
            if (type.isEmpty()) {
                section.problem(
                        "queryTypes",
                        "'" + name + "' is no type of records",
                        "A, AAAA, MX, TXT or the like, or TYPE and a number");
            }
            type.ifPresent(types::add);
        }
        if (types.isEmpty()) {
            section.problem("queryTypes", "is empty", "leave it out for the usual types");
        }
        return types;
    }
}
