package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.wire.AnswerLimits;
import io.fleetwall.node.dns.wire.AnswerLimits.Ech;
import io.fleetwall.node.dns.wire.AnswerReader;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.Reading;
import io.fleetwall.node.dns.wire.SentQuestion;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of Encrypted Client Hello in HTTPS and SVCB answers (threat P6). */
class EchTest {
    private static final String NAME = "www.acme.test";

    /** Covers HTTPS: algorithm, labels, TTL, expiration, inception, tag, signer, a byte. */
    private static final String SIGNATURE =
            "0041" + "0d03" + "0000012c" + "70000000" + "60000000" + "000100aa";

    /** Priority 1, target ".", mandatory alpn and ech, alpn h2, ech. */
    private static final String WITH_ECH =
            "000100" + "0000000400010005" + "00010003026832" + "0005000401020304";

    private static final String WITHOUT = "000100" + "000000020001" + "00010003026832";

    @Test
    void where_it_is_stripped_neither_parameter_nor_signature_remains() {
        Reply reply = read(Ech.STRIPPED, WITH_ECH);
        assertEquals(List.of(WITHOUT), reply.data());
        assertEquals(0, reply.bytes()[3] & Dns.AD, "not authentic any more");
    }

    @Test
    void a_record_without_it_keeps_its_signature() {
        assertEquals(List.of(SIGNATURE, WITHOUT), read(Ech.STRIPPED, WITHOUT).data());
    }

    @Test
    void where_it_is_kept_the_record_stays_as_it_is_signed() {
        assertEquals(List.of(SIGNATURE, WITH_ECH), read(Ech.KEPT, WITH_ECH).data());
    }

    @Test
    void the_setting_reaches_the_runners_answers(@TempDir Path place) throws Exception {
        try (StubUpstream upstream = new StubUpstream(Zone::answer);
                TestNetwork network = TestNetwork.create(32)) {
            TestAgent agent =
                    TestAgent.create(
                            place,
                            network.host(),
                            "dns: { stripEch: true, upstreams: [\"127.0.0.1:%d\"] }\n"
                                    .formatted(upstream.address().getPort()));
            agent.policy("allow:\n  - host: service.acme.test\n");
            try {
                agent.start();
                String said =
                        network.inside("dig", "@10.0.32.1", "service.acme.test", "HTTPS").text();
                assertTrue(said.contains("alpn=\"h2\""), said);
                assertFalse(said.contains("ech="), said);
            } finally {
                agent.uninstall();
            }
        }
    }

    private static Reply read(Ech ech, String data) {
        byte[] query = Message.query(1, NAME, 65).dnssec().done();
        QueryView view = new QueryView();
        assertEquals(QueryView.Form.GOOD, view.read(query, query.length));
        SentQuestion sent = new SentQuestion(view, 1, new SplittableRandom(1));
        byte[] message =
                Message.response(sent.message(), 0x81a0)
                        .answer(NAME, 46, 300, SIGNATURE)
                        .answer(NAME, 65, 300, data)
                        .done();
        AnswerReader reader = new AnswerReader(new AnswerLimits(8, 3600, ech));
        Reading reading = reader.read(message, message.length, sent);
        return new Reply(assertInstanceOf(Reading.Complete.class, reading).answer().message());
    }
}
