package io.fleetwall.gateway.api;

/** A request that an endpoint cannot use; carries its answer. */
final class RefusedRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Answer answer;

    RefusedRequest(String detail) {
        super(detail, null, false, false);
        this.answer =
                Answer.problem(
                        new Answer.Failure(400, "FW-A002", "Request not understood", detail));
    }

    Answer answer() {
        return answer;
    }
}
