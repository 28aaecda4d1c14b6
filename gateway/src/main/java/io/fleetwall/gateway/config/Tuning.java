package io.fleetwall.gateway.config;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.condition.Severity;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How a target wants its alerts: which of them, in which form, at which pace.
 *
 * @param authority certificates (PEM) to trust instead of the platform's
 */
public record Tuning(Wanted wanted, Form form, Pace pace, Optional<Path> authority) {
    /** Which events, besides their kinds. */
    public record Wanted(Optional<Condition> when, Severity least) {}

    /**
     * What is sent.
     *
     * @param template of the body, generic targets only
     * @param headers added to each request
     * @param words of the format: Elastic's and Splunk's index, Slack's channel
     */
    public record Form(
            Shape shape,
            Optional<String> template,
            Map<String, Secret> headers,
            Map<String, String> words) {
        public Form {
            headers = Map.copyOf(headers);
            words = Map.copyOf(words);
        }
    }

    /** How an event is described where the format leaves it open. */
    public enum Shape {
        NATIVE,
        CLOUDEVENTS,
        ECS,
        OCSF
    }

    /**
     * How much at a time.
     *
     * @param each whether it gets every event, or an alert for each incident
     * @param batch events in a request, where the format allows it
     * @param atOnce requests under way
     */
    public record Pace(Each each, int batch, int atOnce) {}

    /** What one delivery is about. */
    public enum Each {
        INCIDENT,
        EVENT
    }

    /** What a format gets unless the settings say otherwise. */
    public static Tuning of(GatewayConfig.Format format) {
        return new Tuning(
                new Wanted(Optional.empty(), Severity.INFO),
                new Form(
                        format == GatewayConfig.Format.ELASTIC ? Shape.ECS : Shape.NATIVE,
                        Optional.empty(),
                        Map.of(),
                        Map.of()),
                format.streams() ? new Pace(Each.EVENT, 500, 1) : new Pace(Each.INCIDENT, 1, 8),
                Optional.empty());
    }
}
