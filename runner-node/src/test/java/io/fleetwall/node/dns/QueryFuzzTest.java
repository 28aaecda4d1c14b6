package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.ExtendedError;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.ReplyWriter;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** Whatever a job sends: a form, and a refusal that fits and repeats its id. */
@Tag("fuzz")
final class QueryFuzzTest {
    private final QueryView view = new QueryView();
    private final ReplyWriter writer = new ReplyWriter();

    @FuzzTest(maxDuration = "5m")
    void any_message_is_read_and_refused(byte[] message) {
        if (view.read(message, message.length) == QueryView.Form.DROP) {
            return;
        }
        ExtendedError reason = ExtendedError.of(ExtendedError.BLOCKED, "denied by a rule");
        writer.empty(view, Dns.REFUSED, Optional.of(reason));

        assertTrue(writer.length() >= Dns.HEADER && writer.length() <= Dns.PLAIN_PAYLOAD);
        assertEquals(message[0], writer.buffer()[0]);
        assertEquals(message[1], writer.buffer()[1]);
        QueryView again = new QueryView();
        byte[] copy = message.clone();
        assertEquals(view.read(message, message.length), again.read(copy, copy.length));
        assertEquals(view.nameLength(), again.nameLength());
    }
}
