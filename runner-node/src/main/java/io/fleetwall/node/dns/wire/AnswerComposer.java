package io.fleetwall.node.dns.wire;

import io.fleetwall.node.dns.address.CanonicalAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Copies a chain's records into a message of their own, noting where the TTLs and which the
 * addresses are.
 *
 * <p>Names inside known record types are written again (RFC 3597 section 4 lists the types whose
 * data may be compressed); all other data is copied as it stands. Reused; not thread-safe.
 */
final class AnswerComposer {
    private final AnswerLimits limits;
    private final MessageCursor cursor = new MessageCursor();
    private final ServiceRecord service;
    private final byte[] name = new byte[MessageCursor.MAX_NAME];
    private final MessageWriter out = new MessageWriter(65535);
    private final List<byte[]> addresses = new ArrayList<>();
    private final Set<Integer> altered = new HashSet<>();
    private int[] ttls = new int[16];
    private int records;
    private long lifetime;

    AnswerComposer(AnswerLimits limits) {
        this.limits = limits;
        service = new ServiceRecord(limits.ech());
    }

    /**
     * Empty when a record of the chain is malformed.
     *
     * <p>A set of records that lost something (an address, a hint) no longer is what its signature
     * says: it is composed again without that signature and without AD, so that a client that
     * validates finds nothing signed instead of something forged.
     */
    Optional<Answer> compose(Chain chain, List<AnswerRecord> answer, List<AnswerRecord> authority) {
        altered.clear();
        Optional<Answer> composed = composeOnce(chain, answer, authority);
        return altered.isEmpty() ? composed : composeOnce(chain, answer, authority);
    }

    private Optional<Answer> composeOnce(
            Chain chain, List<AnswerRecord> answer, List<AnswerRecord> authority) {
        addresses.clear();
        records = 0;
        lifetime = limits.ttlSeconds();
        cursor.over(chain.message(), 0);
        question(chain);
        int answered = answers(chain, answer);
        boolean negative = answer.stream().noneMatch(each -> ends(chain, each));
        int proved = proofs(chain, authority, negative);
        if (cursor.broken() || out.full()) {
            return Optional.empty();
        }
        out.u16(6, answered);
        out.u16(8, proved);
        return Optional.of(
                new Answer(
                        Arrays.copyOf(out.buffer(), out.length()),
                        Arrays.copyOf(ttls, records),
                        (int) lifetime,
                        addresses,
                        chain.aliases()));
    }

    private static boolean ends(Chain chain, AnswerRecord each) {
        return each.ownedBy(chain.end()) && chain.holds(each) && each.type() != Dns.RRSIG;
    }

    private void question(Chain chain) {
        int authentic = altered.isEmpty() ? Dns.AD : 0;
        int kept = chain.message()[3] & (authentic | Dns.RCODE);
        out.restart();
        out.u16(0);
        out.u16(Dns.QR | Dns.RA | kept);
        out.u16(1);
        out.u32(0);
        out.u16(0);
        out.plainName(chain.query().nameBuffer(), chain.query().nameLength());
        out.u16(chain.query().type());
        out.u16(Dns.CLASS_IN);
    }

    /** In the order of the chain: some stub resolvers read an answer once, from front to back. */
    private int answers(Chain chain, List<AnswerRecord> answer) {
        for (byte[] owner : chain.names()) {
            for (AnswerRecord each : answer) {
                if (each.ownedBy(owner) && chain.holds(each) && admits(chain, each)) {
                    record(chain, each, ttl(each));
                }
            }
        }
        return records;
    }

    private int proofs(Chain chain, List<AnswerRecord> authority, boolean negative) {
        int before = records;
        boolean authoritative = false;
        for (AnswerRecord each : authority) {
            boolean soa = each.type() == Dns.SOA;
            if (!chain.proves(each) || (soa && (authoritative || !negative))) {
                continue;
            }
            authoritative |= soa;
            record(chain, each, soa ? negativeTtl(chain, each) : ttl(each));
        }
        if (negative && !authoritative) {
            lifetime = 0;
        }
        return records - before;
    }

    /** Whether a signature is of records that were altered. */
    private boolean isVoid(Chain chain, AnswerRecord each) {
        if (each.type() != Dns.RRSIG || each.rdataLength() < 2) {
            return false;
        }
        cursor.over(chain.message(), each.rdata(), each.rdataEnd());
        return altered.contains(cursor.u16());
    }

    /** Whether a record may be passed on; notes the address of one that has one. */
    private boolean admits(Chain chain, AnswerRecord each) {
        if (isVoid(chain, each)) {
            return false;
        }
        int expected = each.type() == Dns.A ? 4 : each.type() == Dns.AAAA ? 16 : -1;
        if (expected < 0) {
            return true;
        }
        if (each.rdataLength() != expected) {
            cursor.breakOff();
            return false;
        }
        byte[] address = CanonicalAddress.of(chain.message(), each.rdata(), expected);
        if (addresses.size() >= limits.addresses() || !chain.filter().keeps(address)) {
            altered.add(each.type());
            return false;
        }
        addresses.add(address);
        return true;
    }

    private void record(Chain chain, AnswerRecord each, long ttl) {
        if (records == ttls.length) {
            ttls = Arrays.copyOf(ttls, 2 * records);
        }
        out.name(each.owner(), each.owner().length);
        out.u16(each.type());
        out.u16(Dns.CLASS_IN);
        ttls[records++] = out.length();
        out.u32(ttl);
        int length = out.length();
        out.u16(0);
        data(chain.message(), each);
        out.u16(length, out.length() - length - 2);
        lifetime = Math.min(lifetime, ttl);
    }

    private void data(byte[] message, AnswerRecord each) {
        if (cursor.broken()) {
            return;
        }
        cursor.over(message, each.rdata(), each.rdataEnd());
        switch (each.type()) {
            case Dns.CNAME, Dns.NS, Dns.PTR -> named(0, 1, 0);
            case Dns.MX -> named(2, 1, 0);
            case Dns.SRV -> named(6, 1, 0);
            case Dns.SOA -> named(0, 2, 20);
            case Dns.SVCB, Dns.HTTPS -> {
                if (service.copy(cursor, out)) {
                    altered.add(each.type());
                }
            }
            default -> copy(each.rdataLength());
        }
        if (cursor.remaining() != 0) {
            cursor.breakOff();
        }
    }

    /** Data of {@code before} bytes, {@code names} names, {@code after} bytes. */
    private void named(int before, int names, int after) {
        copy(before);
        for (int i = 0; i < names; i++) {
            out.name(name, cursor.name(name));
        }
        copy(after);
    }

    private void copy(int count) {
        for (int i = 0; i < count; i++) {
            out.u8(cursor.u8());
        }
    }

    /** RFC 2181 section 8: a TTL with its top bit set is zero. */
    private long ttl(AnswerRecord each) {
        return each.ttl() > Integer.MAX_VALUE ? 0 : Math.min(each.ttl(), limits.ttlSeconds());
    }

    /** RFC 2308 section 5: the lesser of the SOA's own TTL and its MINIMUM field. */
    private long negativeTtl(Chain chain, AnswerRecord soa) {
        if (soa.rdataLength() < 4) {
            cursor.breakOff();
            return 0;
        }
        MessageCursor minimum = new MessageCursor();
        minimum.over(chain.message(), soa.rdataEnd() - 4, soa.rdataEnd());
        return Math.min(ttl(soa), minimum.u32());
    }
}
