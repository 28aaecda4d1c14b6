package io.fleetwall.node.dns.wire;

import java.util.Arrays;

/**
 * One client's query: exactly what the proxy needs of it, and nothing else of what the client sent.
 *
 * <p>A view that is filled again for every query, so that a cache hit allocates nothing; {@link
 * #detach()} keeps one beyond that. What is not here (EDNS options such as client subnet or
 * padding, the client's 0x20 pattern) cannot leak to an upstream.
 */
public final class QueryView {
    /** What kind of answer a message deserves before anybody asks a policy. */
    public enum Form {
        /** A question to be judged. */
        GOOD,
        /** A response, or not even a header: silence. */
        DROP,
        FORMAT_ERROR,
        NOT_IMPLEMENTED,
        BAD_VERSION,
        /** A class other than IN: refused. */
        OTHER_CLASS
    }

    private final MessageCursor cursor;
    private final byte[] asked;
    private final byte[] name;
    private final boolean kept;
    private int nameLength;
    private int id;
    private int flags;
    private int type;
    private int recordClass;
    private int payload;
    private boolean edns;
    private boolean dnssecOk;

    /** A view to be filled again and again. */
    public QueryView() {
        cursor = new MessageCursor();
        asked = new byte[MessageCursor.MAX_NAME];
        name = new byte[MessageCursor.MAX_NAME];
        kept = false;
    }

    /** A copy that never reads: it needs no cursor of its own, and no longer arrays than these. */
    private QueryView(QueryView of) {
        cursor = of.cursor;
        asked = Arrays.copyOf(of.asked, of.nameLength);
        name = Arrays.copyOf(of.name, of.nameLength);
        kept = true;
    }

    /** Reads a query; after anything but {@code GOOD} only id, flags and EDNS are meaningful. */
    public Form read(byte[] message, int length) {
        clear();
        cursor.over(message, length);
        id = cursor.u16();
        flags = cursor.u16();
        int questions = cursor.u16();
        int records = cursor.u16() + cursor.u16();
        int additional = cursor.u16();
        if (cursor.broken() || (flags & Dns.QR) != 0) {
            return Form.DROP;
        }
        if ((flags & Dns.OPCODE) != 0) {
            return Form.NOT_IMPLEMENTED;
        }
        if (questions != 1 || records != 0 || additional > 1) {
            return Form.FORMAT_ERROR;
        }
        question(message);
        int version = additional == 1 ? options() : 0;
        if (cursor.broken() || cursor.remaining() != 0 || !Names.isHostName(name, nameLength)) {
            nameLength = 0;
            return Form.FORMAT_ERROR;
        }
        if (version != 0) {
            return Form.BAD_VERSION;
        }
        return recordClass == Dns.CLASS_IN ? Form.GOOD : Form.OTHER_CLASS;
    }

    private void clear() {
        nameLength = 0;
        type = 0;
        recordClass = Dns.CLASS_IN;
        edns = false;
        dnssecOk = false;
        payload = Dns.PLAIN_PAYLOAD;
    }

    private void question(byte[] message) {
        int start = cursor.position();
        nameLength = cursor.plainName(name);
        System.arraycopy(message, start, asked, 0, nameLength);
        type = cursor.u16();
        recordClass = cursor.u16();
    }

    /** The one additional record must be OPT (RFC 6891): TSIG and SIG(0) have no key here. */
    private int options() {
        int owner = cursor.u8();
        int recordType = cursor.u16();
        int size = cursor.u16();
        long extended = cursor.u32();
        int length = cursor.u16();
        if (owner != 0 || recordType != Dns.OPT || length != cursor.remaining()) {
            cursor.breakOff();
            return 0;
        }
        while (!cursor.broken() && cursor.remaining() > 0) {
            cursor.u16();
            cursor.skip(cursor.u16());
        }
        edns = !cursor.broken();
        dnssecOk = edns && (extended & 0x8000) != 0;
        payload = Math.clamp(size, Dns.PLAIN_PAYLOAD, Dns.EDNS_PAYLOAD);
        return (int) (extended >>> 16 & 0xff);
    }

    /** A copy that nobody fills again, for a query that has to wait. */
    public QueryView detach() {
        QueryView copy = new QueryView(this);
        copy.nameLength = nameLength;
        copy.id = id;
        copy.flags = flags;
        copy.type = type;
        copy.recordClass = recordClass;
        copy.payload = payload;
        copy.edns = edns;
        copy.dnssecOk = dnssecOk;
        return copy;
    }

    public int id() {
        return id;
    }

    public int type() {
        return type;
    }

    /**
     * Lower-case wire labels with the root's zero byte, in the first {@link #nameLength()} bytes of
     * the view's own buffer: for look-ups without a copy, read-only by agreement.
     */
    public byte[] nameBuffer() {
        return name;
    }

    public int nameLength() {
        return nameLength;
    }

    /** The lower-case name in an array of its own that nobody changes: a detached query's is it. */
    public byte[] name() {
        return kept ? name : Arrays.copyOf(name, nameLength);
    }

    /** The name as the client wrote it, so that the reply repeats its case (0x20). */
    byte[] asked() {
        return asked;
    }

    public boolean recursionDesired() {
        return (flags & Dns.RD) != 0;
    }

    public boolean checkingDisabled() {
        return (flags & Dns.CD) != 0;
    }

    public boolean dnssecOk() {
        return dnssecOk;
    }

    /** Whether the reply may say that the upstream validated it (RFC 6840 section 5.7). */
    boolean wantsAuthenticated() {
        return dnssecOk || (flags & Dns.AD) != 0;
    }

    boolean edns() {
        return edns;
    }

    int flags() {
        return flags;
    }

    /** The longest UDP reply this client takes. */
    public int payload() {
        return payload;
    }

    int recordClass() {
        return recordClass;
    }

    /** What makes two questions one: DO and CD change the answer (RFC 4035 section 4). */
    public int variant() {
        return type << 2 | (dnssecOk ? 2 : 0) | (checkingDisabled() ? 1 : 0);
    }
}
