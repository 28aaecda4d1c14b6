package io.fleetwall.gateway.config;

import io.fleetwall.gateway.config.GatewayConfig.Baseline;
import io.fleetwall.gateway.config.GatewayConfig.Events;
import io.fleetwall.gateway.config.GatewayConfig.Link;
import io.fleetwall.gateway.config.GatewayConfig.Policies;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a settings document to typed settings. Every problem is collected before anything is
 * refused, so that an operator corrects a file once.
 */
final class SettingsReader {
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Section.Environment environment;

    private SettingsReader(Map<String, String> variables) {
        environment = new Section.Environment(variables);
    }

    static ConfigReading read(JsonObject document, Map<String, String> variables) {
        SettingsReader reader = new SettingsReader(variables);
        GatewayConfig config = reader.gateway(plain(document));
        reader.problems.addAll(reader.environment.leftOver());
        return reader.problems.isEmpty()
                ? new ConfigReading.Read(config)
                : new ConfigReading.Refused(reader.problems);
    }

    private GatewayConfig gateway(Map<String, Object> document) {
        Section root = new Section("", document, environment, problems);
        Section gateway = root.section("gateway");
        Section state = root.section("state");
        Credentials credentials = new Credentials(environment.variables());
        StoreReader shared = new StoreReader(credentials);
        GatewayConfig.Store store = shared.store(root.section("store"));
        GatewayConfig config =
                new GatewayConfig(
                        name(gateway),
                        Path.of(state.text("directory", ".state/gateway")),
                        store,
                        ApiReader.api(root.section("api")),
                        link(root.section("link")),
                        policies(root.section("policies")),
                        shared.cluster(root.section("cluster"), store),
                        events(root.section("events")),
                        new WebhookReader(environment.variables())
                                .webhooks(root.section("webhooks")));
        List.of(gateway, state, root).forEach(Section::finish);
        return config;
    }

    /** Only maps, lists and scalars: whichever of Vert.x's forms the document's parts have. */
    private static Map<String, Object> plain(JsonObject document) {
        Map<String, Object> plain = new LinkedHashMap<>();
        document.forEach(entry -> plain.put(entry.getKey(), plainValue(entry.getValue())));
        return plain;
    }

    private static @Nullable Object plainValue(@Nullable Object value) {
        return switch (value) {
            case JsonObject object -> plain(object);
            case JsonArray array -> array.stream().map(SettingsReader::plainValue).toList();
            case null, default -> value;
        };
    }

    private static String name(Section gateway) {
        String name = gateway.text("name", "gateway-1");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,62}")) {
            gateway.problem("name", "is not a host name", "letters, digits, dots and hyphens");
        }
        return name;
    }

    private static Link link(Section link) {
        Link read =
                new Link(
                        link.address("listen", "0.0.0.0:7443"),
                        link.texts("names"),
                        Duration.ofMillis(link.number("heartbeatMillis", 2_000, 100, 60_000)),
                        Duration.ofMillis(link.number("lostAfterMillis", 5_000, 100, 3_600_000)),
                        link.number("window", 32, 1, 1_024),
                        new GatewayConfig.Certificates(
                                Duration.ofDays(link.number("certificateDays", 90, 1, 825)),
                                Duration.ofDays(
                                        link.number("listenerCertificateDays", 365, 1, 825)),
                                link.has("authority")
                                        ? ApiReader.pair(link.section("authority"))
                                        : Optional.empty()));
        link.finish();
        return read;
    }

    private static Policies policies(Section policies) {
        String approval = policies.text("requireApproval", "false");
        Policies read =
                new Policies(
                        policies.text("directory").filter(text -> !text.isBlank()).map(Path::of),
                        Duration.ofMillis(policies.number("settleMillis", 15, 1, 10_000)),
                        approval.equals("true")
                                ? GatewayConfig.Approval.ANOTHER_PERSON
                                : GatewayConfig.Approval.NOBODY);
        if (!List.of("true", "false").contains(approval)) {
            policies.problem("requireApproval", "is neither true nor false", "true or false");
        }
        if (approval.equals("true") && read.directory().isPresent()) {
            policies.problem(
                    "requireApproval",
                    "does not bind whoever may write policies.directory",
                    "remove the directory and publish over the API, or let the directory's own"
                            + " review do it");
        }
        policies.finish();
        return read;
    }

    private static Events events(Section events) {
        Events read =
                new Events(
                        Duration.ofDays(events.number("retentionDays", 30, 1, 3_650)),
                        baseline(events.section("baseline")));
        events.finish();
        return read;
    }

    private static Optional<Baseline> baseline(Section section) {
        Baseline usual = Baseline.USUAL;
        String learn = section.text("learn", "true");
        if (!Set.of("true", "false").contains(learn)) {
            section.problem("learn", "is neither true nor false: " + learn, "default is true");
        }
        Baseline read =
                new Baseline(
                        section.number("runs", usual.runs(), 1, 1_000),
                        Duration.ofDays(section.number("days", (int) usual.age().toDays(), 1, 365)),
                        section.number("destinations", usual.destinations(), 10, 5_000));
        section.finish();
        return learn.equals("false") ? Optional.empty() : Optional.of(read);
    }
}
