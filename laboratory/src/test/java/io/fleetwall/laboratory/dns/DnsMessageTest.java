package io.fleetwall.laboratory.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DnsMessageTest {
    private static final DnsQuestion QUESTION =
            new DnsQuestion(0xbeef, "registry.acme.example", DnsType.A.number());

    @Test
    void aQuestionReadsAsItWasWritten() {
        assertEquals(Optional.of(QUESTION), DnsQuestion.read(QUESTION.toBytes()));
    }

    @Test
    void anAnswerReadsAsItWasWritten() {
        DnsAnswer answer =
                new DnsAnswer(
                        0,
                        List.of(
                                InetAddress.ofLiteral("192.0.2.10"),
                                InetAddress.ofLiteral("2001:db8::1")));
        assertEquals(Optional.of(answer), DnsAnswer.read(QUESTION, answer.toBytes(QUESTION, 60)));
        DnsAnswer refused = new DnsAnswer(DnsAnswer.REFUSED, List.of());
        assertEquals(Optional.of(refused), DnsAnswer.read(QUESTION, refused.toBytes(QUESTION, 60)));
    }

    @Test
    void anotherIdIsAnotherAnswer() {
        DnsQuestion other = new DnsQuestion(1, QUESTION.name(), QUESTION.type());
        byte[] bytes = new DnsAnswer(0, List.of()).toBytes(other, 60);
        assertTrue(DnsAnswer.read(QUESTION, bytes).isEmpty());
    }

    @Test
    void brokenMessagesAreNoMessages() {
        byte[] query = QUESTION.toBytes();
        for (int length = 0; length < query.length; length++) {
            assertTrue(DnsQuestion.read(java.util.Arrays.copyOf(query, length)).isEmpty());
        }
        byte[] pointer = query.clone();
        pointer[DnsQuestion.HEADER] = (byte) 0xc0;
        assertTrue(DnsQuestion.read(pointer).isEmpty());
        byte[] answer =
                new DnsAnswer(0, List.of(InetAddress.ofLiteral("192.0.2.10")))
                        .toBytes(QUESTION, 60);
        for (int length = 0; length < answer.length; length++) {
            assertTrue(DnsAnswer.read(QUESTION, java.util.Arrays.copyOf(answer, length)).isEmpty());
        }
    }

    @Test
    void aNameWithAnEmptyOrOverlongLabelCannotBeAsked() {
        assertThrows(IllegalArgumentException.class, () -> new DnsQuestion(1, "a..b", 1).toBytes());
        assertThrows(
                IllegalArgumentException.class,
                () -> new DnsQuestion(1, "x".repeat(64) + ".example", 1).toBytes());
    }
}
