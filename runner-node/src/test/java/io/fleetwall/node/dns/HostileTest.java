package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.listen.Transport;
import io.fleetwall.node.dns.wire.AnswerLimits;
import io.fleetwall.node.dns.wire.AnswerReader;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.QueryView.Form;
import io.fleetwall.node.dns.wire.Reading;
import io.fleetwall.node.dns.wire.SentQuestion;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Runs the two corpora of hostile messages, and half a million mutations of each, through parser
 * and server.
 */
@Timeout(180)
final class HostileTest {
    private static final String POLICY = "  allow: [{host: '**.acme.test'}]\n";
    private static final AnswerLimits LIMITS = new AnswerLimits(32, 3600);

    @TestFactory
    Stream<DynamicTest> every_hostile_query_has_its_form() {
        QueryView view = new QueryView();
        return rows("hostile-queries.txt")
                .map(row ->
                        DynamicTest.dynamicTest(
                                row[1],
                                () -> {
                                    byte[] message = HexFormat.of().parseHex(row[2]);
                                    Form form = view.read(message, message.length);
                                    assertEquals(form(row[0]), form);
                                }));
    }

    @TestFactory
    Stream<DynamicTest> every_hostile_reply_has_its_reading() {
        return rows("hostile-replies.txt")
                .map(row ->
                        DynamicTest.dynamicTest(row[1], () -> assertEquals(row[0], reading(row))));
    }

    @Test
    void a_live_server_answers_or_drops_every_hostile_query_and_learns_nothing() throws Exception {
        try (StubUpstream upstream = new StubUpstream(_ -> List.of());
                Bench bench = new Bench("  allow: []\n", upstream.address())) {
            for (String[] row : rows("hostile-queries.txt").toList()) {
                byte[] message = HexFormat.of().parseHex(row[2]);
                if (row[0].equals("DROP")) {
                    bench.send(message);
                } else {
                    assertEquals(code(row[0]), bench.ask(message).code(), row[1]);
                    assertEquals(code(row[0]), overTcp(bench, message).code(), row[1]);
                }
            }
            assertEquals(5, bench.ask("www.acme.test", 1).code());
            assertEquals(List.of(), upstream.udpQueries());
            assertEquals(List.of(), bench.gate.learned);
        }
    }

    @Test
    void a_live_server_survives_every_hostile_reply_and_learns_at_most_the_answer()
            throws Exception {
        for (String[] row : rows("hostile-replies.txt").toList()) {
            boolean complete = Character.isDigit(row[0].charAt(0));
            // What is answered may be answered late; what is not is waited for in vain.
            Bench.Timing timing =
                    complete
                            ? Bench.PATIENT
                            : new Bench.Timing(Duration.ofMillis(250), Duration.ofSeconds(20));
            try (StubUpstream upstream = new StubUpstream(query -> List.of(reply(query, row)));
                    StubUpstream second =
                            new StubUpstream(q -> List.of(Message.response(q, 0x8182).done()));
                    Bench bench =
                            new Bench(
                                    POLICY,
                                    Transport.best(),
                                    timing,
                                    upstream.address(),
                                    second.address())) {
                Reply reply = bench.ask("www.acme.test", 1);
                assertEquals(!complete, reply.code() == 2, row[1]);
                assertTrue(
                        bench.gate.learned.stream()
                                .flatMap(answer -> answer.addresses().stream())
                                .allMatch(address -> address[12] == (byte) 0xc0),
                        row[1]);
                assertEquals(row[0].equals("1") ? 1 : 0, bench.gate.learned.size(), row[1]);
            }
        }
    }

    @Test
    void a_mutated_query_is_never_an_exception() {
        QueryView view = new QueryView();
        SplittableRandom random = new SplittableRandom(4);
        List<byte[]> seeds =
                rows("hostile-queries.txt").map(row -> HexFormat.of().parseHex(row[2])).toList();
        int good = 0;
        for (int i = 0; i < 500_000; i++) {
            byte[] message = mutated(seeds.get(random.nextInt(seeds.size())), random);
            good += view.read(message, message.length) == Form.GOOD ? 1 : 0;
        }
        assertTrue(good > 1000, "only " + good + " mutations were good queries");
    }

    @Test
    void a_mutated_reply_is_never_an_exception_and_no_answer_exceeds_its_limits() {
        SplittableRandom random = new SplittableRandom(5);
        AnswerReader reader = new AnswerReader(LIMITS);
        SentQuestion sent = sent();
        List<byte[]> seeds =
                rows("hostile-replies.txt").map(row -> reply(sent.message(), row)).toList();
        int complete = 0;
        for (int i = 0; i < 500_000; i++) {
            byte[] message = seeds.get(random.nextInt(seeds.size()));
            byte[] tail = Arrays.copyOfRange(message, 31, message.length);
            byte[] mutant = joined(message, 31, mutated(tail, random));
            if (reader.read(mutant, mutant.length, sent) instanceof Reading.Complete(var answer)) {
                complete++;
                assertTrue(answer.addresses().size() <= LIMITS.addresses());
                assertTrue(answer.ttlSeconds() <= LIMITS.ttlSeconds());
                int records = new Reply(answer.message()).answers();
                assertTrue(answer.addresses().size() <= records);
            }
        }
        assertTrue(complete > 1000, "only " + complete + " mutations were complete");
    }

    private static String reading(String[] row) {
        SentQuestion sent = sent();
        byte[] message = reply(sent.message(), row);
        return switch (new AnswerReader(LIMITS).read(message, message.length, sent)) {
            case Reading.Complete(var answer) -> Integer.toString(answer.addresses().size());
            case Reading.Truncated _ -> "TRUNCATED";
            case Reading.Failed _ -> "FAILED";
            case Reading.Foreign _ -> "FOREIGN";
            case Reading.Malformed _ -> "MALFORMED";
        };
    }

    private static SentQuestion sent() {
        byte[] query = Message.query(1, "www.acme.test", 1).done();
        QueryView view = new QueryView();
        assertEquals(Form.GOOD, view.read(query, query.length));
        return new SentQuestion(view, 1, new SplittableRandom(1));
    }

    /** The query's id and question, the row's flags, counts and tail. */
    private static byte[] reply(byte[] query, String[] row) {
        int end = Message.questionEnd(query);
        byte[] tail = HexFormat.of().parseHex(row[6]);
        ByteBuffer message = ByteBuffer.allocate(end + tail.length);
        message.put(query, 0, 2)
                .putShort((short) HexFormat.fromHexDigits(row[2]))
                .putShort((short) 1);
        for (int i = 3; i < 6; i++) {
            message.putShort((short) Integer.parseInt(row[i]));
        }
        return message.put(query, 12, end - 12).put(tail).array();
    }

    private static Reply overTcp(Bench bench, byte[] message) throws IOException {
        try (Socket client = new Socket(bench.address.getAddress(), bench.address.getPort())) {
            client.setSoTimeout(20_000);
            ByteBuffer frame = ByteBuffer.allocate(2 + message.length);
            frame.putShort((short) message.length).put(message);
            client.getOutputStream().write(frame.array());
            DataInputStream in = new DataInputStream(client.getInputStream());
            return new Reply(in.readNBytes(in.readUnsignedShort()));
        }
    }

    private static byte[] mutated(byte[] seed, SplittableRandom random) {
        int length = random.nextInt(8) == 0 ? random.nextInt(seed.length + 1) : seed.length;
        byte[] message = Arrays.copyOf(seed, length);
        for (int i = random.nextInt(4); i > 0 && length > 0; i--) {
            message[random.nextInt(length)] = (byte) random.nextInt(256);
        }
        return message;
    }

    private static byte[] joined(byte[] head, int count, byte[] tail) {
        byte[] message = Arrays.copyOf(head, count + tail.length);
        System.arraycopy(tail, 0, message, count, tail.length);
        return message;
    }

    private static Form form(String expected) {
        return switch (expected) {
            case "GOOD" -> Form.GOOD;
            case "DROP" -> Form.DROP;
            case "FORMERR" -> Form.FORMAT_ERROR;
            case "NOTIMP" -> Form.NOT_IMPLEMENTED;
            case "BADVERS" -> Form.BAD_VERSION;
            case "REFUSED" -> Form.OTHER_CLASS;
            default -> throw new IllegalArgumentException(expected);
        };
    }

    /** Good ones are refused by the policy; BADVERS has its upper bits in OPT. */
    private static int code(String expected) {
        return switch (expected) {
            case "GOOD", "REFUSED" -> 5;
            case "FORMERR" -> 1;
            case "NOTIMP" -> 4;
            case "BADVERS" -> 0;
            default -> throw new IllegalArgumentException(expected);
        };
    }

    private static Stream<String[]> rows(String file) {
        try (var in = HostileTest.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new AssertionError("no " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ?\\| ?", -1));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
