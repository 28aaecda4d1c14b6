package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.AnswerLimits;
import io.fleetwall.node.dns.wire.AnswerReader;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.Reading;
import io.fleetwall.node.dns.wire.SentQuestion;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An answer means the same whether its names are pointers, which is the usual and fast way, or not.
 */
final class PlainAnswerTest {
    private static final String NAME = "www.acme.test";
    private static final AnswerLimits LIMITS = new AnswerLimits(8, 3600);
    private static final long[] TTLS = {0, 1, 60, 3600, 100_000, 0x80000000L, 0xffffffffL};

    /** Mapped, NAT64, 6to4, Teredo, compatible, and one of its own. */
    private static final String[] PREFIXES = {
        "00000000000000000000ffff", "0064ff9b0000000000000000", "200209080706000000000000",
        "200100000000000000000000", "000000000000000000000000", "2a0100000000000000000000"
    };

    private final AnswerReader reader = new AnswerReader(LIMITS);

    @Test
    void pointersAndWholeNamesMakeTheSameAnswer() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 2000; i++) {
            SentQuestion sent = sent(random.nextBoolean() ? Dns.A : Dns.AAAA);
            byte[] whole = reply(sent, random);
            Answer one = answer(whole, sent);
            Answer other = answer(pointing(whole), sent);

            assertEquals(HexFormat.of().formatHex(one.message()), hex(other));
            assertArrayEquals(one.ttls(), other.ttls());
            assertEquals(one.ttlSeconds(), other.ttlSeconds());
            assertArrayEquals(
                    one.addresses().toArray(byte[][]::new),
                    other.addresses().toArray(byte[][]::new));
        }
    }

    /** Byte of the only record, counted from its owner, and what it becomes. */
    @ParameterizedTest
    @ValueSource(ints = {0x010d, 0x0305, 0x0504, 0x0b05, 0x0b03})
    void aRecordThatIsNoAddressOfTheNameIsNoAddress(int change) {
        SentQuestion sent = sent(Dns.A);
        byte[] reply =
                pointing(
                        Message.response(sent.message(), 0x8180)
                                .answer(NAME, Dns.A, 60, "09080706")
                                .done());
        int record = Message.questionEnd(reply);
        reply[record + (change >>> 8)] = (byte) change;

        boolean empty =
                !(reader.read(reply, reply.length, sent) instanceof Reading.Complete(Answer answer))
                        || answer.addresses().isEmpty();
        assertEquals(true, empty);
    }

    private Answer answer(byte[] message, SentQuestion sent) {
        if (reader.read(message, message.length, sent) instanceof Reading.Complete(Answer answer)) {
            return answer;
        }
        throw new AssertionError(HexFormat.of().formatHex(message));
    }

    private static String hex(Answer answer) {
        return HexFormat.of().formatHex(answer.message());
    }

    private static byte[] reply(SentQuestion sent, SplittableRandom random) {
        int type = sent.query().type();
        Message reply = Message.response(sent.message(), random.nextBoolean() ? 0x8180 : 0x81a0);
        for (int i = random.nextInt(1, 11); i > 0; i--) {
            String low = HexFormat.of().toHexDigits(random.nextInt());
            String data = type == Dns.A ? low : PREFIXES[random.nextInt(PREFIXES.length)] + low;
            reply.answer(NAME, type, TTLS[random.nextInt(TTLS.length)], data);
        }
        return reply.done();
    }

    /** The same reply, its records' owner a pointer to the question. */
    private static byte[] pointing(byte[] message) {
        int owner = Names.wire(NAME).length;
        int record = owner + 10 + (message[Message.questionEnd(message) - 3] == Dns.A ? 4 : 16);
        int first = Message.questionEnd(message);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Arrays.copyOf(message, first));
        IntStream.iterate(first, at -> at < message.length, at -> at + record)
                .forEach(at -> {
                    out.write(0xc0);
                    out.write(Dns.HEADER);
                    out.write(message, at + owner, record - owner);
                });
        return out.toByteArray();
    }

    private static SentQuestion sent(int type) {
        byte[] message = Message.query(1, NAME, type).done();
        QueryView view = new QueryView();
        assertEquals(QueryView.Form.GOOD, view.read(message, message.length));
        return new SentQuestion(view, 1, new SplittableRandom(1));
    }
}
