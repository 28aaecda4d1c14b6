package io.fleetwall.gateway.api;

/** A request that an endpoint cannot use; carries its answer. */
final class RefusedRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Answer answer;

    RefusedRequest(String detail) {
        this(new Answer.Failure(400, "FW-A002", "Request not understood", detail));
    }

    RefusedRequest(Answer.Failure failure) {
        super(failure.detail(), null, false, false);
        this.answer = Answer.problem(failure);
    }

    Answer answer() {
        return answer;
    }
}
