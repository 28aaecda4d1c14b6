package io.fleetwall.node.job;

import io.fleetwall.policy.catalogue.Job;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** One line on the job socket. */
sealed interface JobRequest {
    /** No identifier of any CI system is near it; longer is not from a hook. */
    int MAX_TEXT = 1024;

    String runner();

    /** A job is about to start. */
    record Start(String runner, Job job) implements JobRequest {}

    /** The job is over. */
    record Finish(String runner) implements JobRequest {}

    /** What is in force? */
    record Status(String runner) implements JobRequest {}

    /** Which names does it ask for? */
    record DnsTop(String runner) implements JobRequest {}

    /** A line that is none of these. */
    final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** Reads a line. */
    static JobRequest read(String line) throws Malformed {
        JsonObject json;
        try {
            json = new JsonObject(line);
        } catch (DecodeException e) {
            throw new Malformed("not a JSON object");
        }
        String runner = text(json, "runner");
        if (runner.isEmpty()) {
            throw new Malformed("runner is missing");
        }
        return switch (text(json, "op")) {
            case "start" -> new Start(runner, job(json));
            case "finish" -> new Finish(runner);
            case "status" -> new Status(runner);
            case "dns-top" -> new DnsTop(runner);
            case String other -> throw new Malformed("op is '" + other + "'");
        };
    }

    private static Job job(JsonObject json) throws Malformed {
        return new Job(
                text(json, "organization"),
                text(json, "repository"),
                text(json, "workflow"),
                text(json, "job"),
                text(json, "ref"),
                text(json, "runId"),
                attempt(json),
                text(json, "actor"));
    }

    private static int attempt(JsonObject json) throws Malformed {
        Object value = json.getValue("attempt", 1);
        if (value instanceof Integer attempt && attempt >= 1) {
            return attempt;
        }
        throw new Malformed("attempt is no number from 1");
    }

    private static String text(JsonObject json, String key) throws Malformed {
        Object value = json.getValue(key, "");
        if (value instanceof String text && text.length() <= MAX_TEXT) {
            return text;
        }
        throw new Malformed(key + " is no text of at most " + MAX_TEXT + " characters");
    }
}
