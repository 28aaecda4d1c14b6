package io.fleetwall.node.dns.wire;

import java.util.List;
import java.util.Optional;

/**
 * Writes replies to clients: an answer, a refusal with its reason, or an error.
 *
 * <p>The question comes back as the client wrote it, so that a client's own 0x20 check holds. EDNS
 * is spoken only to who speaks it (RFC 6891 section 7); a reply that does not fit is truncated to
 * its question, because half an answer was never wanted by anybody. Reused; not thread-safe.
 */
public final class ReplyWriter {
    private static final int OPT_BYTES = 11;

    private final MessageWriter out = new MessageWriter(65535);

    /** The reply's bytes are the first {@link #length()} of this. */
    public byte[] buffer() {
        return out.buffer();
    }

    public int length() {
        return out.length();
    }

    /**
     * An answer, {@code ageSeconds} after it came.
     *
     * @param limit longest message the client takes
     */
    public void answer(QueryView query, WireAnswer answer, int ageSeconds, int limit) {
        byte[] message = answer.bytes();
        int length = answer.length() + (query.edns() ? OPT_BYTES : 0);
        if (length > Math.min(limit, 65535)) {
            head(query, Dns.TC | answer.responseCode());
            opt(query, 0, Optional.empty());
            return;
        }
        out.restart();
        out.bytes(message, 0, answer.length());
        out.u16(0, query.id());
        int kept = message[3] & (query.wantsAuthenticated() ? Dns.AD | Dns.RCODE : Dns.RCODE);
        out.u16(2, Dns.QR | Dns.RA | echoed(query) | kept);
        out.overwrite(Dns.HEADER, query.asked(), query.nameLength());
        for (int i = 0; i < answer.records(); i++) {
            int at = answer.ttlAt(i);
            out.u32(at, Math.max(0, ttl(message, at) - ageSeconds));
        }
        opt(query, 0, Optional.empty());
    }

    /** Adds a reason to a reply whose last record is an OPT without options, if it fits. */
    public void explain(QueryView query, ExtendedError reason, int limit) {
        int data = 6 + reason.text().length;
        if (query.edns() && out.length() + data <= Math.min(limit, 65535)) {
            out.u16(out.length() - 2, data);
            option(reason);
        }
    }

    /** A reply without records. */
    public void empty(QueryView query, int responseCode, Optional<ExtendedError> reason) {
        head(query, responseCode & Dns.RCODE);
        opt(query, responseCode >>> 4, reason);
    }

    /** Names for an address (RFC 1035 section 3.5), from what this node taught. */
    public void pointers(QueryView query, List<byte[]> names, int ttlSeconds) {
        head(query, Dns.NOERROR);
        out.u16(6, names.size());
        for (byte[] name : names) {
            out.name(query.nameBuffer(), query.nameLength());
            out.u16(Dns.PTR);
            out.u16(Dns.CLASS_IN);
            out.u32(ttlSeconds);
            int length = out.length();
            out.u16(0);
            out.name(name, name.length);
            out.u16(length, out.length() - length - 2);
        }
        opt(query, 0, Optional.empty());
    }

    private void head(QueryView query, int bits) {
        boolean named = query.nameLength() > 0;
        out.restart();
        out.u16(query.id());
        out.u16(Dns.QR | Dns.RA | echoed(query) | (query.flags() & Dns.OPCODE) | bits);
        out.u16(named ? 1 : 0);
        out.u32(0);
        out.u16(0);
        if (named) {
            out.plainName(query.asked(), query.nameLength());
            out.u16(query.type());
            out.u16(query.recordClass());
        }
    }

    private static int echoed(QueryView query) {
        return query.flags() & (Dns.RD | Dns.CD);
    }

    private void opt(QueryView query, int extendedCode, Optional<ExtendedError> reason) {
        if (!query.edns()) {
            return;
        }
        out.u16(10, 1);
        out.u8(0);
        out.u16(Dns.OPT);
        out.u16(Dns.EDNS_PAYLOAD);
        out.u8(extendedCode);
        out.u8(0);
        out.u16(query.dnssecOk() ? 0x8000 : 0);
        byte[] text = reason.map(ExtendedError::text).orElse(new byte[0]);
        out.u16(reason.isPresent() ? 6 + text.length : 0);
        reason.ifPresent(this::option);
    }

    private void option(ExtendedError reason) {
        out.u16(ExtendedError.OPTION);
        out.u16(2 + reason.text().length);
        out.u16(reason.code());
        out.bytes(reason.text(), 0, reason.text().length);
    }

    private static long ttl(byte[] message, int at) {
        return ((message[at] & 0xffL) << 24)
                | ((message[at + 1] & 0xff) << 16)
                | ((message[at + 2] & 0xff) << 8)
                | (message[at + 3] & 0xff);
    }
}
