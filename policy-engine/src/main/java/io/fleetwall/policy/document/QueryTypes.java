package io.fleetwall.policy.document;

import java.util.BitSet;
import java.util.Collection;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The types of records that may be asked for (RFC 1035 QTYPE), and their names (IANA "Resource
 * Record (RR) TYPEs").
 *
 * <p>A policy that states none leaves it to the node, whose own list is the usual one.
 */
public final class QueryTypes {
    /** Not stated. */
    public static final QueryTypes UNSTATED = new QueryTypes(new BitSet());

    /** Types of one list; the registry has about a hundred. */
    public static final int MAX = 256;

    private static final int OPT = 41;
    private static final int ANY = 255;
    private static final int ALL = 1 << 16;

    private final BitSet types;

    private QueryTypes(BitSet types) {
        this.types = types;
    }

    /**
     * A list of types.
     *
     * @throws IllegalArgumentException if one is no type of a record, or there are too many
     */
    public static QueryTypes of(Collection<Integer> types) {
        BitSet bits = new BitSet();
        for (int type : types) {
            if (type < 1 || type >= ALL || isMeta(type)) {
                throw new IllegalArgumentException("query type " + type);
            }
            bits.set(type);
        }
        if (bits.cardinality() > MAX) {
            throw new IllegalArgumentException(bits.cardinality() + " query types");
        }
        return new QueryTypes(bits);
    }

    /** Whether there is a list at all. */
    public boolean stated() {
        return !types.isEmpty();
    }

    /** Whether a type is in the list. */
    public boolean has(int type) {
        return types.get(type);
    }

    /** The types, ascending. */
    public int[] numbers() {
        return types.stream().toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QueryTypes that && types.equals(that.types);
    }

    @Override
    public int hashCode() {
        return types.hashCode();
    }

    /** Mnemonics, with commas. */
    @Override
    public String toString() {
        return types.stream().mapToObj(QueryTypes::name).collect(Collectors.joining(", "));
    }

    /**
     * The type of a mnemonic, or of {@code TYPEn} (RFC 3597); empty for what is no type of a
     * record.
     */
    public static OptionalInt named(String name) {
        OptionalInt type = number(name.toUpperCase(Locale.ROOT));
        return type.isPresent() && isMeta(type.getAsInt()) ? OptionalInt.empty() : type;
    }

    private static OptionalInt number(String name) {
        for (int type = 1; type <= 257; type++) {
            if (name(type).equals(name)) {
                return OptionalInt.of(type);
            }
        }
        if (!name.matches("TYPE[1-9][0-9]{0,4}")) {
            return OptionalInt.empty();
        }
        int type = Integer.parseInt(name.substring(4));
        return type < ALL ? OptionalInt.of(type) : OptionalInt.empty();
    }

    /** OPT, and what asks for many or for transfers (RFC 6895). */
    private static boolean isMeta(int type) {
        return type == OPT || (type >= 128 && type <= ANY);
    }

    /** The mnemonic of a query type, or {@code TYPEn} (RFC 3597). */
    public static String name(int type) {
        return switch (type) {
            case 1 -> "A";
            case 2 -> "NS";
            case 5 -> "CNAME";
            case 6 -> "SOA";
            case 10 -> "NULL";
            case 12 -> "PTR";
            case 15 -> "MX";
            case 16 -> "TXT";
            case 28 -> "AAAA";
            case 33 -> "SRV";
            case 35 -> "NAPTR";
            case 43 -> "DS";
            case 44 -> "SSHFP";
            case 46 -> "RRSIG";
            case 48 -> "DNSKEY";
            case 52 -> "TLSA";
            case 64 -> "SVCB";
            case 65 -> "HTTPS";
            case ANY -> "ANY";
            case 257 -> "CAA";
            default -> "TYPE" + type;
        };
    }
}
