package io.fleetwall.node.enforce;

import io.fleetwall.node.enforce.LearnedBook.Claim;
import io.fleetwall.policy.compiled.PortProgram;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One learned address: which names claim it, what they allow together, and what the kernel has of
 * that. A name more costs the same whether it is the second or the thousandth, because a content
 * network gives thousands of names one address.
 */
final class LearnedEntry {
    /**
     * Names remembered for one address; the oldest goes. Its program stays in force until it
     * expires, but the next policy does not decide it anew: its client has to ask again.
     */
    static final int MAX_NAMES = 32;

    /** Names in an event: more would tell nobody anything. */
    private static final int SHOWN_NAMES = 8;

    /**
     * Less of a difference in expiry is not worth a system call: answers from one cache entry
     * differ by their rounding.
     */
    private static final long SAME_NANOS = 1_500_000_000L;

    /** The oldest first. Lists, because nearly every address has one name and one program. */
    private final List<Claim> claims = new ArrayList<>(1);

    private final List<Grant> grants = new ArrayList<>(1);
    private @Nullable Row kernel;

    /** How long a program is claimed by some name. */
    private record Grant(PortProgram program, long expiresAt) {}

    /** What the kernel's table says of an address. */
    record Row(PortProgram program, long expiresAt, WireName name) {}

    /** An entry that the kernel has. */
    static LearnedEntry adopted(Claim claim) {
        LearnedEntry entry = new LearnedEntry();
        entry.add(claim);
        entry.wrote(new Row(claim.program(), claim.expiresAt(), claim.name()));
        return entry;
    }

    /**
     * Takes a claim, and says what the kernel has to be told; null when it need not be.
     *
     * @throws IllegalStateException when the programs do not fit together; then nothing is taken
     */
    @Nullable Row claim(Claim claim, long now) {
        grants.removeIf(grant -> grant.expiresAt <= now);
        PortProgram program = united(claim.program());
        add(claim);
        long expiresAt = grants.stream().mapToLong(Grant::expiresAt).max().orElse(now);
        Row before = kernel;
        if (before != null
                && before.expiresAt > now
                && before.program.equals(program)
                && expiresAt - before.expiresAt < SAME_NANOS) {
            return null;
        }
        return new Row(program, expiresAt, claim.name());
    }

    private PortProgram united(PortProgram program) {
        PortProgram united = program;
        for (Grant other : grants) {
            if (!other.program.equals(program)) {
                united =
                        united.unite(other.program)
                                .orElseThrow(() ->
                                        new IllegalStateException(
                                                "the rules of names that share an address"
                                                        + " need too many port steps"));
            }
        }
        return united;
    }

    /** A name asked again is the newest, and keeps the later expiry. */
    private void add(Claim claim) {
        long expiresAt = claim.expiresAt();
        for (int i = 0; i < claims.size(); i++) {
            if (claims.get(i).name().equals(claim.name())) {
                expiresAt = Math.max(expiresAt, claims.remove(i).expiresAt());
                break;
            }
        }
        if (claims.size() == MAX_NAMES) {
            claims.removeFirst();
        }
        claims.add(claim.until(expiresAt));
        grant(claim.program(), expiresAt);
    }

    private void grant(PortProgram program, long expiresAt) {
        for (int i = 0; i < grants.size(); i++) {
            Grant grant = grants.get(i);
            if (grant.program.equals(program)) {
                grants.set(i, new Grant(program, Math.max(grant.expiresAt, expiresAt)));
                return;
            }
        }
        grants.add(new Grant(program, expiresAt));
    }

    /** The kernel has it. */
    void wrote(Row row) {
        kernel = row;
    }

    /** The claims, the oldest first; some may have expired. */
    List<Claim> claims() {
        return List.copyOf(claims);
    }

    /** Names for people, the newest first. */
    String names() {
        return claims.reversed().stream()
                .limit(SHOWN_NAMES)
                .map(claim -> claim.name().toString())
                .reduce((a, b) -> a + "," + b)
                .orElse("");
    }

    /** When the kernel begins to refuse it. */
    long expiresAt() {
        return kernel == null ? 0 : kernel.expiresAt;
    }
}
