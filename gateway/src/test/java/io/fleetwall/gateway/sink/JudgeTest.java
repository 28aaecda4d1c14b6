package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig.Format;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    GENERIC | 200 | anything                                                    | ACCEPTED
                    GENERIC | 204 | ''                                                          | ACCEPTED
                    GENERIC | 302 | ''                                                          | FAILED
                    GENERIC | 400 | ''                                                          | REFUSED
                    GENERIC | 401 | ''                                                          | FAILED
                    GENERIC | 413 | ''                                                          | REFUSED
                    GENERIC | 429 | ''                                                          | FAILED
                    GENERIC | 503 | ''                                                          | FAILED
                    ELASTIC | 200 | {"errors":false,"items":[]}                                 | ACCEPTED
                    ELASTIC | 200 | {"errors":true,"items":[{"create":{"status":409}}]}         | ACCEPTED
                    ELASTIC | 200 | {"errors":true,"items":[{"create":{"status":429}}]}         | FAILED
                    ELASTIC | 200 | {"errors":true,"items":[{"create":{"status":400}}]}         | REFUSED
                    ELASTIC | 200 | {"errors":true,"items":[{"create":{"status":400}},{"create":{"status":503}}]} | FAILED
                    SLACK   | 200 | ok                                                          | ACCEPTED
                    SLACK   | 200 | {"ok":true,"ts":"1"}                                        | ACCEPTED
                    SLACK   | 200 | {"ok":false,"error":"ratelimited"}                          | FAILED
                    SLACK   | 200 | {"ok":false,"error":"invalid_auth"}                         | FAILED
                    SLACK   | 200 | {"ok":false,"error":"invalid_blocks"}                       | REFUSED
                    OTLP    | 200 | {}                                                          | ACCEPTED
                    OTLP    | 200 | {"partialSuccess":{"rejectedLogRecords":"0"}}               | ACCEPTED
                    OTLP    | 200 | {"partialSuccess":{"rejectedLogRecords":"2"}}               | REFUSED
                    """)
    void anAnswerMeansWhatTheReceiverMeans(
            Format format, int status, String answer, Attempt.Result result) {
        assertEquals(result, Judge.of(format, Attempt.answered(status, 1, answer)).result());
    }

    @Test
    void aReceiverThatFailsIsLeftAloneThenTriedByOneRequestAndTrustedAgainOnceItAnswers() {
        Breaker breaker = new Breaker(new Random(1));
        for (int i = 0; i < 5; i++) {
            assertEquals(8, breaker.room(0, 8));
            breaker.heard(Attempt.failed(1, "no answer in time"), 0);
        }
        assertEquals(0, breaker.room(500, 8));
        assertEquals(1, breaker.room(1_001, 8));
        breaker.heard(Attempt.failed(1, "no answer in time"), 1_001);
        assertEquals(0, breaker.room(2_001, 8));
        assertEquals(1, breaker.room(3_002, 8));
        breaker.heard(Attempt.accepted(1), 3_002);
        assertEquals(8, breaker.room(3_002, 8));
    }

    @Test
    void aReceiverThatSaysHowLongIsLeftAloneByEverythingForSoLong() {
        Breaker breaker = new Breaker(new Random(1));
        Attempt busy = Attempt.answered(429, 1, "").after(Optional.of(Duration.ofSeconds(7)));
        breaker.heard(busy, 1_000);
        assertEquals(0, breaker.room(7_999, 8));
        assertEquals(8, breaker.room(8_000, 8));
        long hour = Duration.ofHours(1).toMillis();
        for (int failures = 2; failures < 9; failures++) {
            breaker.heard(busy.after(Optional.of(Duration.ofDays(9_999))), 8_000);
            assertEquals(0, breaker.room(8_000 + hour - 1, 8));
            assertTrue(breaker.room(8_000 + hour, 8) > 0, failures + " failures");
        }
    }

    @Test
    void aSinkOfAllEventsLooksOnceAMinuteWhetherItsReceiverIsBackUnlessThatAskedForMore() {
        Backoff backoff = new Backoff(new Random(1));
        Attempt failed = Attempt.failed(1, "connection failed");
        assertTrue(backoff.pause(1, failed).toMillis() <= 500);
        assertEquals(Duration.ofMinutes(1), backoff.pause(40, failed));
        Attempt busy = Attempt.answered(429, 1, "").after(Optional.of(Duration.ofMinutes(9)));
        assertEquals(Duration.ofMinutes(9), backoff.pause(1, busy));
    }

    @Test
    void whatAReceiverAsksForIsWaitedForUpToAnHour() {
        Backoff backoff = new Backoff(new Random(1));
        Attempt busy = Attempt.answered(429, 1, "");
        assertEquals(
                Duration.ofSeconds(7),
                backoff.delay(1, busy.after(Optional.of(Duration.ofSeconds(7)))));
        assertEquals(
                Duration.ofHours(1), backoff.delay(1, busy.after(Optional.of(Duration.ofDays(2)))));
        assertTrue(backoff.delay(1, busy).toMillis() <= 500);
        assertTrue(backoff.delay(40, busy).toMinutes() >= 40);
    }
}
