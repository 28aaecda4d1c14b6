package io.fleetwall.node.dns.wire;

import java.util.List;

/**
 * What decides which records belong to a question.
 *
 * @param names the question's name, then the CNAME targets in order
 */
record Chain(byte[] message, QueryView query, List<byte[]> names, AddressFilter filter) {
    byte[] end() {
        return names.getLast();
    }

    List<byte[]> aliases() {
        return names.subList(1, names.size());
    }

    /** Whether a record of the answer section is part of the answer. */
    boolean holds(AnswerRecord candidate) {
        int type = query.type();
        boolean end = candidate.ownedBy(end());
        if (end && (candidate.type() == type || type == Dns.ANY)) {
            return true;
        }
        boolean link = names.stream().anyMatch(candidate::ownedBy);
        return (candidate.type() == Dns.CNAME && link && !end)
                || (candidate.type() == Dns.RRSIG && link && query.dnssecOk());
    }

    /** Whether a record of the authority section proves that there is no more. */
    boolean proves(AnswerRecord candidate) {
        return switch (candidate.type()) {
            case Dns.SOA -> true;
            case Dns.RRSIG, Dns.NSEC, Dns.NSEC3 -> query.dnssecOk();
            default -> false;
        };
    }
}
