package io.fleetwall.gateway.config;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.GatewayConfig.SeverityRule;
import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.fleetwall.gateway.config.GatewayConfig.Webhooks;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The receivers of alerts. Credentials come from the file itself, a file of their own or a
 * variable; no problem ever quotes one.
 */
final class WebhookReader {
    private static final Set<String> DEFAULT_KINDS =
            Set.of(
                    "flow.denied",
                    "dns.denied",
                    "baseline.deviation",
                    "job.unprotected",
                    "policy.refused",
                    "node.lost",
                    "tamper.*",
                    "loss");
    private final Map<String, String> variables;
    private final Credentials credentials;

    WebhookReader(Map<String, String> variables) {
        this.variables = variables;
        this.credentials = new Credentials(variables);
    }

    Webhooks webhooks(Section webhooks) {
        List<Network> networks = new ArrayList<>();
        for (String text : webhooks.texts("allowPrivateTargets")) {
            Optional<Network> network = Network.parse(text);
            if (network.isEmpty()) {
                webhooks.problem("allowPrivateTargets", "not a prefix: " + text, "10.1.2.0/24");
            }
            network.ifPresent(networks::add);
        }
        Duration window = Duration.ofMillis(webhooks.number("windowMillis", 30_000, 0, 3_600_000));
        List<Target> targets = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section section : webhooks.sections("targets")) {
            Optional<Target> target = target(section);
            section.finish();
            if (target.isPresent() && !names.add(target.get().name())) {
                section.problem("name", "is used twice: " + target.get().name(), "rename one");
            }
            target.ifPresent(targets::add);
        }
        Map<String, String> links = webhooks.pairs("links");
        List<SeverityRule> severities = severities(webhooks);
        int incidents =
                webhooks.number("incidentsPerJob", Webhooks.INCIDENTS_PER_JOB, 1, 1_000_000);
        webhooks.finish();
        return new Webhooks(networks, window, targets, links, severities, incidents);
    }

    private static List<SeverityRule> severities(Section webhooks) {
        List<SeverityRule> rules = new ArrayList<>();
        for (Section rule : webhooks.sections("severities")) {
            Optional<Condition> when = TuningReader.condition(rule, "when");
            String name = rule.text("severity", "");
            Optional<Severity> severity = Severity.of(name);
            if (severity.isEmpty()) {
                rule.problem("severity", "is not known: " + name, "info to critical");
            }
            rule.finish();
            if (when.isPresent() && severity.isPresent()) {
                rules.add(new SeverityRule(when.get(), severity.get()));
            }
        }
        return rules;
    }

    private Optional<Target> target(Section section) {
        Optional<String> name = section.text("name").filter(text -> text.matches("[\\w.-]{1,64}"));
        if (name.isEmpty()) {
            section.problem("name", "is missing or not a name", "letters, digits, . _ -");
        }
        Optional<Format> format = format(section);
        Format known = format.orElse(Format.GENERIC);
        Optional<Secret> url = url(section, known);
        Optional<Secret> secret = credentials.optional(section, "secret");
        if (known == Format.GENERIC && secret.isPresent() && !isKey(secret.get())) {
            section.problem("secret", "is not a signing key", "whsec_ and base64 of 24-64 bytes");
        }
        if (secret.isEmpty() && (known == Format.PAGERDUTY || known == Format.SPLUNK)) {
            section.problem("secret", "is missing", "PagerDuty's routing key, Splunk's HEC token");
        }
        Tuning tuning = new TuningReader(section, variables).read(known);
        List<String> listed = section.texts("kinds");
        Set<String> usual = known.streams() ? Set.of("*") : DEFAULT_KINDS;
        Set<String> kinds = listed.isEmpty() ? usual : Set.copyOf(listed);
        if (name.isEmpty() || format.isEmpty() || url.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Target(name.get(), known, url.get(), secret, kinds, tuning));
    }

    private Optional<Secret> url(Section section, Format format) {
        boolean given = List.of("url", "urlFile", "urlEnv").stream().anyMatch(section::has);
        if (format == Format.PAGERDUTY && !given) {
            return Optional.of(new Secret("https://events.pagerduty.com/v2/enqueue"));
        }
        return credentials.required(section, "url").filter(text -> isUrl(section, text, format));
    }

    private static Optional<Format> format(Section section) {
        String type = section.text("type", "");
        for (Format format : Format.values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(type)) {
                return Optional.of(format);
            }
        }
        section.problem(
                "type",
                "is not a known type: " + type,
                "slack, teams, pagerduty, generic, splunk, elastic, otlp, syslog or file");
        return Optional.empty();
    }

    private static boolean isUrl(Section section, Secret url, Format format) {
        Set<String> schemes =
                switch (format) {
                    case SYSLOG -> Set.of("tls");
                    case FILE -> Set.of("file");
                    default -> Set.of("https", "http");
                };
        try {
            URI uri = URI.create(url.reveal());
            boolean known = uri.getScheme() != null && schemes.contains(uri.getScheme());
            boolean place =
                    switch (format) {
                        case SYSLOG -> uri.getHost() != null && uri.getPort() > 0;
                        case FILE -> uri.getPath() != null && uri.getHost() == null;
                        default -> uri.getHost() != null;
                    };
            if (known && place && uri.getUserInfo() == null) {
                return true;
            }
        } catch (IllegalArgumentException notAUri) {
            // Reported below without the exception's text: it would quote the credential.
        }
        section.problem(
                "url",
                "is not an address of this type",
                "https://host/path, tls://host:6514 (syslog) or file:///path, no user information");
        return false;
    }

    private static boolean isKey(Secret secret) {
        try {
            int length = signingKey(secret).length;
            return length >= 24 && length <= 64;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static byte[] signingKey(Secret secret) {
        String text = secret.reveal();
        return Base64.getDecoder()
                .decode(text.startsWith("whsec_") ? text.substring("whsec_".length()) : text);
    }
}
