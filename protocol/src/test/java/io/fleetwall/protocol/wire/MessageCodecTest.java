package io.fleetwall.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Message;
import io.fleetwall.protocol.message.NodeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
    static Stream<String> names() {
        return Samples.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyMessageHasTheBytesOfItsGoldenFileAndComesBackFromThem(String name) throws Exception {
        Message message = Samples.named(name);
        byte[] golden = golden(name, message);
        assertEquals(HexFormat.of().formatHex(golden), hex(message), name);
        assertEquals(hex(message), hex(MessageCodec.decode(golden)), "decoded and encoded again");
    }

    @Test
    void everyTypeOfMessageHasASample() {
        List<Class<?>> missing =
                Stream.of(NodeMessage.class, GatewayMessage.class)
                        .flatMap(side -> Arrays.stream(side.getPermittedSubclasses()))
                        .filter(type -> Samples.all().values().stream().noneMatch(type::isInstance))
                        .toList();
        assertEquals(List.of(), missing);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFrameCutAnywhereIsRefusedWithItsPlace(String name) {
        byte[] whole = MessageCodec.encode(Samples.named(name));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            var problem =
                    assertThrows(MalformedMessageException.class, () -> MessageCodec.decode(cut));
            assertTrue(problem.toString().contains("at byte "), problem.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFrameWithAByteTooManyIsRefused(String name) {
        byte[] whole = MessageCodec.encode(Samples.named(name));
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThrows(MalformedMessageException.class, () -> MessageCodec.decode(longer));
    }

    @Test
    void randomlyDamagedFramesAreAMessageOrARefusalAndNothingElse() {
        Random random = new Random(20261121);
        List<Message> messages = List.copyOf(Samples.all().values());
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] frame = MessageCodec.encode(messages.get(random.nextInt(messages.size())));
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            try {
                MessageCodec.decode(frame);
            } catch (MalformedMessageException e) {
                refused++;
            } catch (RuntimeException e) {
                fail("frame " + HexFormat.of().formatHex(frame), e);
            }
        }
        assertTrue(refused > 10_000, "only " + refused + " were refused");
    }

    @Test
    void anotherProtocolVersionIsRefusedByName() {
        byte[] frame = MessageCodec.encode(Samples.named("heartbeat"));
        frame[0] = 9;
        var problem =
                assertThrows(MalformedMessageException.class, () -> MessageCodec.decode(frame));
        assertEquals(
                "at byte 1: protocol version 9, this side speaks 1 to 2", problem.getMessage());
    }

    @Test
    void whatCameWithALaterVersionIsNoMessageOfAnEarlierOne() {
        byte[] frame = MessageCodec.encode(Samples.named("node-state"));
        assertEquals(2, frame[0]);
        frame[0] = 1;
        assertThrows(MalformedMessageException.class, () -> MessageCodec.decode(frame));
        byte[] older = MessageCodec.encode(Samples.named("hello"));
        assertEquals(1, older[0], "whoever speaks only version 1 reads it");
        older[0] = 2;
        assertThrows(MalformedMessageException.class, () -> MessageCodec.decode(older));
    }

    @Test
    void twoSidesSpeakTheOlderOfTheirNewestVersionsOrNone() {
        assertEquals(OptionalInt.empty(), MessageCodec.agreed(0));
        assertEquals(OptionalInt.of(1), MessageCodec.agreed(1));
        assertEquals(OptionalInt.of(2), MessageCodec.agreed(2));
        assertEquals(OptionalInt.of(2), MessageCodec.agreed(255));
    }

    @Test
    void aStatementOfNoKeysOrTooManyIsRefused() {
        byte[] frame = MessageCodec.encode(Samples.named("keys-changed"));
        int count = 2 + 2 + 8;
        frame[count + 1] = 0;
        var problem =
                assertThrows(MalformedMessageException.class, () -> MessageCodec.decode(frame));
        assertTrue(problem.toString().contains("statement 3 of 0 keys"), problem::toString);
    }

    @Test
    void aSpooledEventComesBackWhole() throws Exception {
        byte[] bytes = EventForm.bytes(Samples.denied());
        assertEquals(Samples.denied(), EventForm.event(bytes));
        assertArrayEquals(bytes, EventForm.bytes(EventForm.event(bytes)));
    }

    @Test
    void anEventThatNamesItsProcessComesBackWhole() throws Exception {
        byte[] bytes = EventForm.bytes(Samples.attributed());
        assertEquals(Samples.attributed(), EventForm.event(bytes));
        assertEquals(
                "curl (pid 4711, uid 4294967294, parents bash ← 4700)",
                EventForm.event(bytes).process().orElseThrow().text());
    }

    @Test
    void anEventWithEverythingComesBackWhole() throws Exception {
        byte[] bytes = EventForm.bytes(Samples.whole());
        assertEquals(Samples.whole(), EventForm.event(bytes));
    }

    @Test
    void aPartThatANewerNodeAddedIsPassedOver() throws Exception {
        WireWriter out = new WireWriter();
        EventPart.write(out, new EventPart(200, new byte[] {1, 2, 3}));
        EventPart later = EventPart.read(new WireReader(out.bytes()));
        assertEquals(Samples.whole(), EventPart.added(Samples.whole(), List.of(later)));
    }

    @Test
    void everyKindLeavesTheBitsThatSayWhatFollowsAlone() {
        for (EventKind kind : EventKind.values()) {
            assertTrue(kind.number() > 0 && kind.number() < 64, kind.text());
        }
    }

    private static String hex(Message message) {
        return HexFormat.of().formatHex(MessageCodec.encode(message));
    }

    private static byte[] golden(String name, Message message) throws IOException {
        try (InputStream in =
                MessageCodecTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
            if (in == null) {
                return fail(
                        "no golden file " + name + ".hex; its content would be " + hex(message));
            }
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        }
    }
}
