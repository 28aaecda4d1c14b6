package io.fleetwall.cli.gateway;

import com.fasterxml.jackson.databind.JsonNode;

/** The gateway said no, with a problem document (RFC 9457). */
public final class GatewayRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonNode problem;

    GatewayRefusal(int status, JsonNode problem) {
        super("HTTP " + status);
        this.status = status;
        this.problem = problem;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The problem document, an empty object when there was none. */
    public JsonNode problem() {
        return problem;
    }

    /** What it says, in one line. */
    public String text() {
        String title = problem.path("title").asText("HTTP " + status);
        String detail = problem.path("detail").asText("");
        String code = problem.path("code").asText("");
        return (code.isEmpty() ? "" : code + ": ") + (detail.isEmpty() ? title : detail);
    }

    /** What to do about it. */
    public String hint() {
        return status == 401 || status == 403
                ? "set FLEETWALL_TOKEN, or FLEETWALL_TOKEN_FILE to the gateway's admin.token"
                : problem.path("hint").asText("");
    }
}
