package io.fleetwall.node.dns.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.node.dns.wire.QueryView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Questions, and answers to them with any number of addresses. */
final class Questions {
    private Questions() {}

    static QueryView query(String name) {
        return query(name, Dns.A);
    }

    static QueryView query(String name, int type) {
        byte[] wire = Names.wire(name);
        ByteBuffer message = ByteBuffer.allocate(16 + wire.length);
        message.putLong(0x0001010000010000L).putInt(0).put(wire).putShort((short) type);
        message.putShort((short) 1);
        QueryView view = new QueryView();
        assertEquals(QueryView.Form.GOOD, view.read(message.array(), message.capacity()));
        return view;
    }

    /** As many addresses as said, each with this TTL. */
    static Answer answer(QueryView query, int addresses, int ttl) {
        return answer(query, addresses, ttl, List.of());
    }

    /** The same, after aliases. */
    static Answer answer(QueryView query, int addresses, int ttl, List<byte[]> aliases) {
        int start = Dns.HEADER + query.nameLength() + 4;
        ByteBuffer message = ByteBuffer.allocate(start + 16 * addresses);
        message.putInt(0x8180).putShort((short) 1).putShort((short) addresses).putInt(0);
        message.put(query.nameBuffer(), 0, query.nameLength());
        message.putShort((short) query.type()).putShort((short) 1);
        int[] ttls = new int[addresses];
        List<byte[]> canonical = new ArrayList<>();
        for (int i = 0; i < addresses; i++) {
            message.putShort((short) 0xc00c).putShort((short) Dns.A).putShort((short) 1);
            ttls[i] = message.position();
            message.putInt(ttl).putShort((short) 4).putInt(0x09090900 + i);
            canonical.add(
                    ByteBuffer.allocate(16)
                            .putLong(0)
                            .putInt(0xffff)
                            .putInt(0x09090900 + i)
                            .array());
        }
        return new Answer(message.array(), ttls, ttl, canonical, aliases);
    }
}
