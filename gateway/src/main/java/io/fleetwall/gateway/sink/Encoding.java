package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.fleetwall.gateway.config.Tuning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** From alerts to what a target's receiver understands: a pure function. */
final class Encoding {
    private static final String JSON = "application/json";
    private final Target target;
    private final Map<String, String> links;

    Encoding(Target target, Map<String, String> links) {
        this.target = target;
        this.links = links;
    }

    /** One request for so many alerts as {@code together} allows. */
    Parcel of(List<Due> alerts) {
        Due first = alerts.getFirst();
        return switch (target.format()) {
            case SLACK -> json(slack(first));
            case TEAMS -> json(TeamsCard.of(first, links(first)));
            case PAGERDUTY ->
                    json(PagerDutyEvent.of(first, target.secret().orElseThrow(), links(first)));
            case GENERIC -> generic(alerts);
            case SPLUNK -> lines(JSON, alerts.stream().map(this::hec).toList());
            case ELASTIC -> bulk(alerts);
            case OTLP -> json(OtlpLogs.of(alerts));
            case SYSLOG -> new Parcel("application/syslog", SyslogMessage.framed(alerts));
            case FILE -> lines("application/x-ndjson", alerts.stream().map(this::shape).toList());
        };
    }

    /** How many alerts one request may carry. */
    int together() {
        return switch (target.format()) {
            case SLACK, TEAMS, PAGERDUTY -> 1;
            case GENERIC -> target.tuning().form().template().isPresent() ? 1 : batch();
            case SPLUNK, ELASTIC, OTLP, SYSLOG, FILE -> batch();
        };
    }

    private int batch() {
        return target.tuning().pace().batch();
    }

    private List<Links.Link> links(Due due) {
        return Links.of(links, new Facts(due.event()));
    }

    /** With a channel it is the Web API's call, which can update; else an incoming webhook's. */
    private JsonObject slack(Due due) {
        JsonObject message = SlackMessage.of(due, links(due));
        String channel = target.tuning().form().words().getOrDefault("channel", "");
        if (!channel.isEmpty()) {
            String[] place = due.incident().handle().split(" ", 2);
            message.put("channel", place.length == 2 ? place[0] : channel);
            if (place.length == 2) {
                message.put("ts", place[1]);
            }
        }
        return message;
    }

    private Parcel generic(List<Due> alerts) {
        Due first = alerts.getFirst();
        var template = target.tuning().form().template();
        if (template.isPresent()) {
            String body = Template.json(template.get(), new Facts(first.event()));
            return new Parcel(JSON, body.getBytes(StandardCharsets.UTF_8));
        }
        boolean cloud = target.tuning().form().shape() == Tuning.Shape.CLOUDEVENTS;
        if (batch() == 1) {
            String type = cloud ? "application/cloudevents+json" : JSON;
            return new Parcel(type, shape(first).toBuffer().getBytes());
        }
        JsonArray all = new JsonArray();
        alerts.forEach(due -> all.add(shape(due)));
        String type = cloud ? "application/cloudevents-batch+json" : JSON;
        return new Parcel(type, all.toBuffer().getBytes());
    }

    private JsonObject shape(Due due) {
        return switch (target.tuning().form().shape()) {
            case NATIVE ->
                    target.format() == GatewayConfig.Format.GENERIC ? standard(due) : due.event();
            case CLOUDEVENTS -> CloudEvent.of(due);
            case ECS -> EcsDocument.of(due);
            case OCSF -> OcsfEvent.of(due);
        };
    }

    /** The shape Standard Webhooks recommends: type, timestamp, data. */
    private static JsonObject standard(Due due) {
        return new JsonObject()
                .put("type", due.event().getString("kind"))
                .put("timestamp", due.event().getString("at"))
                .put(
                        "data",
                        due.event()
                                .copy()
                                .put("occurrences", due.occurrences())
                                .put("incident", due.incident().id()));
    }

    /** Splunk's HTTP Event Collector: time is in seconds, objects follow each other. */
    private JsonObject hec(Due due) {
        Facts facts = new Facts(due.event());
        JsonObject json =
                new JsonObject()
                        .put("time", BigDecimal.valueOf(facts.millis(), 3))
                        .put("source", "fleetwall")
                        .put("sourcetype", sourceType())
                        .put("event", shape(due));
        if (!facts.text("node").isEmpty()) {
            json.put("host", facts.text("node"));
        }
        String index = target.tuning().form().words().getOrDefault("index", "");
        return index.isEmpty() ? json : json.put("index", index);
    }

    private String sourceType() {
        return switch (target.tuning().form().shape()) {
            case NATIVE -> "fleetwall:event";
            case CLOUDEVENTS -> "fleetwall:cloudevent";
            case ECS -> "fleetwall:ecs";
            case OCSF -> "fleetwall:ocsf";
        };
    }

    /** {@code create} with our id: what comes twice is a conflict there, not a second document. */
    private Parcel bulk(List<Due> alerts) {
        String index =
                target.tuning().form().words().getOrDefault("index", "logs-fleetwall-default");
        StringBuilder body = new StringBuilder();
        for (Due due : alerts) {
            JsonObject action =
                    new JsonObject().put("_index", index).put("_id", due.event().getString("id"));
            body.append(new JsonObject().put("create", action).encode()).append('\n');
            body.append(timed(due).encode()).append('\n');
        }
        return new Parcel("application/x-ndjson", bytes(body));
    }

    /** A data stream takes nothing without {@code @timestamp}. */
    private JsonObject timed(Due due) {
        return shape(due).copy().put("@timestamp", due.event().getString("at"));
    }

    private static Parcel lines(String type, List<JsonObject> objects) {
        StringBuilder body = new StringBuilder();
        objects.forEach(object -> body.append(object.encode()).append('\n'));
        return new Parcel(type, bytes(body));
    }

    private static Parcel json(JsonObject json) {
        return new Parcel(JSON, json.toBuffer().getBytes());
    }

    private static byte[] bytes(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
