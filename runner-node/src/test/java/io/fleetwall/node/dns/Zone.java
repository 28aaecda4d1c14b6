package io.fleetwall.node.dns;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** A small authoritative script: names below {@code example} with one well-known answer each. */
final class Zone {
    static final String SOA =
            Message.name("ns.acme.test")
                    + Message.name("root.acme.test")
                    + "00000001"
                    + "00000e10"
                    + "00000384"
                    + "00093a80"
                    // minimum: 60
                    + "0000003c";

    private Zone() {}

    /** Answers a query as its name says. */
    static List<byte[]> answer(byte[] query) {
        String name = name(query);
        int type = type(query);
        return switch (name) {
            case "missing.acme.test" ->
                    List.of(
                            Message.response(query, 0x8183)
                                    .authority("example", 6, 300, SOA)
                                    .done());
            case "silent.acme.test" -> List.of();
            case "broken.acme.test" -> List.of(Message.response(query, 0x8182).done());
            default -> List.of(records(Message.response(query, 0x8180), name, type).done());
        };
    }

    private static Message records(Message reply, String name, int type) {
        return switch (name) {
            case "alias.acme.test" ->
                    reply.answer(name, 5, 300, Message.name("target.acme.test"))
                            .answer("target.acme.test", 1, 120, "c0000207")
                            .answer("unasked.acme.test", 1, 120, "c0000263");
            case "laundered.acme.test" ->
                    reply.answer(name, 5, 300, Message.name("tracker.acme.test"))
                            .answer("tracker.acme.test", 1, 120, "c0000207");
            case "inside.acme.test" -> reply.answer(name, 1, 60, "a9fea9fe");
            case "mixed.acme.test" ->
                    reply.answer(name, 1, 60, "0a000001").answer(name, 1, 60, "c0000208");
            case "many.acme.test" -> many(reply, name, 40);
            case "short.acme.test" -> reply.answer(name, 1, 0, "c0000209");
            case "service.acme.test" ->
                    reply.answer(
                            name,
                            65,
                            300,
                            // priority 1, target ".", alpn h2, ipv4hint, ech, ipv6hint
                            "000100"
                                    + "00010003026832"
                                    + "00040004c0000207"
                                    + "0005000401020304"
                                    + "0006001020010db8000000000000000000000001");
            default ->
                    type == 28
                            ? reply.answer(name, 28, 300, "20010db8000000000000000000000001")
                            : reply.answer(name, 1, 300, "c0000201");
        };
    }

    private static Message many(Message reply, String name, int count) {
        for (int i = 1; i <= count; i++) {
            reply.answer(name, 1, 60, "c00002" + HexFormat.of().toHexDigits((byte) i));
        }
        return reply;
    }

    static String name(byte[] query) {
        StringBuilder name = new StringBuilder();
        for (int at = 12; query[at] != 0; at += 1 + query[at]) {
            name.append(name.isEmpty() ? "" : ".");
            for (int i = 1; i <= query[at]; i++) {
                name.append((char) query[at + i]);
            }
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    static int type(byte[] query) {
        int end = Message.questionEnd(query);
        return ((query[end - 4] & 0xff) << 8) | (query[end - 3] & 0xff);
    }
}
