package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Set;

/** Some receivers say 200 and mean no; their answers are read. */
final class Judge {
    private static final Set<String> SLACK_TRANSIENT =
            Set.of(
                    "ratelimited",
                    "rate_limited",
                    "internal_error",
                    "fatal_error",
                    "request_timeout");

    private Judge() {}

    static Attempt of(Format format, Attempt attempt) {
        if (!attempt.accepted()) {
            return attempt;
        }
        JsonObject answer = json(attempt.answer());
        return switch (format) {
            case ELASTIC -> bulk(attempt, answer);
            case SLACK -> slack(attempt, answer);
            case OTLP -> otlp(attempt, answer);
            case TEAMS, PAGERDUTY, GENERIC, SPLUNK, SYSLOG, FILE -> attempt;
        };
    }

    /** A document that is there already is what was wanted. */
    private static Attempt bulk(Attempt attempt, JsonObject answer) {
        if (!Boolean.TRUE.equals(answer.getValue("errors"))) {
            return attempt;
        }
        boolean later = false;
        boolean never = false;
        for (Object item : answer.getJsonArray("items", new JsonArray())) {
            int status =
                    item instanceof JsonObject one
                            ? one.getJsonObject("create", new JsonObject()).getInteger("status", 0)
                            : 0;
            never |= status == 400;
            later |= status != 409 && status != 400 && (status < 200 || status >= 300);
        }
        if (later) {
            return attempt.as(Attempt.Result.FAILED, "some documents not stored");
        }
        return never ? attempt.as(Attempt.Result.REFUSED, "some documents refused") : attempt;
    }

    private static Attempt slack(Attempt attempt, JsonObject answer) {
        if (!Boolean.FALSE.equals(answer.getValue("ok"))) {
            return attempt;
        }
        String why = answer.getString("error", "").toLowerCase(Locale.ROOT);
        String word = why.matches("[a-z_]{1,40}") ? why : "refused";
        return attempt.as(
                SLACK_TRANSIENT.contains(word) || word.contains("auth") || word.contains("channel")
                        ? Attempt.Result.FAILED
                        : Attempt.Result.REFUSED,
                "slack: " + word);
    }

    private static Attempt otlp(Attempt attempt, JsonObject answer) {
        Object part = answer.getValue("partialSuccess");
        String rejected =
                part instanceof JsonObject partial
                        ? String.valueOf(partial.getValue("rejectedLogRecords", "0"))
                        : "0";
        return rejected.equals("0")
                ? attempt
                : attempt.as(Attempt.Result.REFUSED, "some records refused");
    }

    static JsonObject json(String text) {
        try {
            return text.startsWith("{") ? new JsonObject(text) : new JsonObject();
        } catch (DecodeException notJson) {
            return new JsonObject();
        }
    }
}
