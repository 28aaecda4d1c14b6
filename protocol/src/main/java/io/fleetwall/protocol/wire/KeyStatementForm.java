package io.fleetwall.protocol.wire;

import io.fleetwall.protocol.message.KeyStatement;
import java.util.List;

/** The wire form of a statement about the fleet's keys. */
final class KeyStatementForm {
    private KeyStatementForm() {}

    static void write(WireWriter out, KeyStatement statement) {
        out.i64(statement.number());
        out.list(statement.keys(), WireWriter::blob);
        out.text(statement.keyId());
        out.blob(statement.signature());
    }

    /** Its signature is not checked here. */
    static KeyStatement read(WireReader in) throws MalformedMessageException {
        long number = in.positive();
        List<byte[]> keys = in.list(WireReader::blob);
        if (keys.isEmpty() || keys.size() > KeyStatement.MOST_KEYS) {
            throw in.malformed("statement " + number + " of " + keys.size() + " keys");
        }
        return new KeyStatement(number, keys, in.text(), in.blob());
    }
}
