package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.json.JsonObject;

/** What a receiver gets for an alert. */
final class Message {
    private Message() {}

    static JsonObject of(GatewayConfig.Format format, Due due) {
        return switch (format) {
            case SLACK -> SlackMessage.of(due);
            case GENERIC -> generic(due);
        };
    }

    /** The shape Standard Webhooks recommends: type, timestamp, data. */
    private static JsonObject generic(Due due) {
        return new JsonObject()
                .put("type", due.event().getString("kind"))
                .put("timestamp", due.event().getString("at"))
                .put("data", due.event().copy().put("occurrences", due.occurrences()));
    }
}
