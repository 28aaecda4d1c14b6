package io.fleetwall.gateway.sink;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of one request. The outcome is one of a few words and never quotes an error, because
 * errors like to quote addresses, and an address may be a credential.
 *
 * @param status HTTP status, 0 without an answer
 * @param retryAfter what the receiver asked for
 * @param answer what the receiver said, for what must be read from it
 */
record Attempt(
        int status,
        long millis,
        String outcome,
        Result result,
        Optional<Duration> retryAfter,
        String answer) {
    /** What follows from it. */
    enum Result {
        ACCEPTED,
        FAILED,
        /** The same bytes will never be accepted. */
        REFUSED
    }

    static Attempt accepted(long millis) {
        return new Attempt(0, millis, "accepted", Result.ACCEPTED, Optional.empty(), "");
    }

    static Attempt failed(long millis, String outcome) {
        return new Attempt(0, millis, outcome, Result.FAILED, Optional.empty(), "");
    }

    static Attempt answered(int status, long millis, String answer) {
        Result result =
                switch (status) {
                    case 400, 413, 415, 422 -> Result.REFUSED;
                    default -> status >= 200 && status < 300 ? Result.ACCEPTED : Result.FAILED;
                };
        return new Attempt(status, millis, "status " + status, result, Optional.empty(), answer);
    }

    Attempt as(Result other, String why) {
        return new Attempt(status, millis, why, other, retryAfter, answer);
    }

    Attempt after(Optional<Duration> asked) {
        return new Attempt(status, millis, outcome, result, asked, answer);
    }

    boolean accepted() {
        return result == Result.ACCEPTED;
    }
}
