package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.AnswerLimits;
import io.fleetwall.node.dns.wire.AnswerReader;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.Reading;
import io.fleetwall.node.dns.wire.SentQuestion;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;

/** Whatever an upstream sends: a reading within its limits, the same when it is read again. */
@Tag("fuzz")
final class ReplyFuzzTest {
    private static final AnswerLimits LIMITS = new AnswerLimits(8, 3600);
    private static final int[] TYPES = {1, 28, 65, 5, 33};

    private final AnswerReader reader = new AnswerReader(LIMITS);

    /** The first byte chooses the question, the rest follows its header and question. */
    @FuzzTest(maxDuration = "5m")
    void any_reply_is_read_within_its_limits(byte[] data) {
        if (data.length < 9) {
            return;
        }
        SentQuestion sent = sent(data[0]);
        byte[] message = reply(sent.message(), data);
        if (reader.read(message, message.length, sent) instanceof Reading.Complete(var answer)) {
            check(answer, sent.query());
        }
    }

    private void check(Answer answer, QueryView query) {
        assertTrue(answer.addresses().size() <= LIMITS.addresses());
        assertTrue(answer.ttlSeconds() >= 0 && answer.ttlSeconds() <= LIMITS.ttlSeconds());
        for (int at : answer.ttls()) {
            assertTrue(at > 12 && at + 4 < answer.message().length);
        }
        Answer again = reader.without(answer, query, _ -> true);
        assertEquals(answer.addresses().size(), again.addresses().size());
        assertEquals(0, reader.without(answer, query, _ -> false).addresses().size());
    }

    private static SentQuestion sent(byte choice) {
        Message query = Message.query(1, "www.acme.test", TYPES[(choice & 0x7f) % TYPES.length]);
        byte[] message = (choice < 0 ? query.edns(1232) : query).done();
        QueryView view = new QueryView();
        assertEquals(QueryView.Form.GOOD, view.read(message, message.length));
        return new SentQuestion(view, 1, new SplittableRandom(1));
    }

    /** Flags and counts from the data, then the question as it was sent, then the records. */
    private static byte[] reply(byte[] question, byte[] data) {
        int end = Message.questionEnd(question);
        byte[] message = Arrays.copyOf(question, end + data.length - 9);
        System.arraycopy(data, 1, message, 2, 2);
        message[5] = 1;
        System.arraycopy(data, 3, message, 6, 6);
        System.arraycopy(data, 9, message, end, data.length - 9);
        return message;
    }
}
