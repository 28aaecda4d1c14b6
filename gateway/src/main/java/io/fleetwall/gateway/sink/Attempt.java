package io.fleetwall.gateway.sink;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of one request. The outcome is one of a few words and never quotes an error, because
 * errors like to quote addresses, and an address may be a credential.
 *
 * @param status HTTP status, 0 without an answer
 * @param retryAfter what the receiver asked for
 */
record Attempt(int status, long millis, String outcome, Optional<Duration> retryAfter) {
    boolean accepted() {
        return status >= 200 && status < 300;
    }
}
