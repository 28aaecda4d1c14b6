package io.fleetwall.node.enforce;

import io.fleetwall.node.enforce.LearnedBook.Claim;
import io.fleetwall.policy.compiled.PortProgram;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** The oldest first. */
    private final List<Claim> claims = new ArrayList<>(2);

    /** Of each claim its name's: looking for a name in 32 would read as many arrays else. */
    private int[] hashes = new int[2];

    /** How long each program is claimed by some name: a claim stands for its program's last. */
    private final List<Claim> grants = new ArrayList<>(1);

    /** What the kernel's table says; nearly always the only claim itself. */
    private @Nullable Claim kernel;

    private boolean crowded;

    /** An entry that the kernel has. */
    static LearnedEntry adopted(Claim claim) {
        LearnedEntry entry = waiting(claim);
        entry.wrote(claim);
        return entry;
    }

    /** An entry that the kernel is about to have. */
    static LearnedEntry waiting(Claim claim) {
        LearnedEntry entry = new LearnedEntry();
        entry.add(claim);
        return entry;
    }

    /**
     * What the kernel has to be told when a name that alone has an address is asked again; null
     * when its entry lasts as long, or nearly.
     */
    static @Nullable Claim later(Claim before, Claim again, long now) {
        long last = Math.max(now, Math.max(before.expiresAt(), again.expiresAt()));
        boolean same = before.expiresAt() > now && last - before.expiresAt() < SAME_NANOS;
        return same ? null : again.until(last);
    }

    /**
     * Takes a claim, and says what the kernel has to be told; null when it need not be.
     *
     * @throws IllegalStateException when the programs do not fit together; then nothing is taken
     */
    @Nullable Claim claim(Claim claim, long now) {
        forgetGrants(now);
        PortProgram program = united(claim.program());
        add(claim);
        long expiresAt = now;
        for (Claim grant : grants) {
            expiresAt = Math.max(expiresAt, grant.expiresAt());
        }
        Claim before = kernel;
        if (before != null
                && before.expiresAt() > now
                && before.program().equals(program)
                && expiresAt - before.expiresAt() < SAME_NANOS) {
            return null;
        }
        return claim.saying(program, expiresAt);
    }

    private void forgetGrants(long now) {
        for (int i = grants.size() - 1; i >= 0; i--) {
            if (grants.get(i).expiresAt() <= now) {
                grants.remove(i);
            }
        }
    }

    private PortProgram united(PortProgram program) {
        PortProgram united = program;
        for (Claim other : grants) {
            if (!other.program().equals(program)) {
                united =
                        united.unite(other.program())
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
        Claim newest = claim;
        int hash = claim.name().hashCode();
        int known = find(claim.name(), hash);
        if (known >= 0) {
            newest = claim.until(Math.max(claim.expiresAt(), claims.get(known).expiresAt()));
            remove(known);
        } else if (claims.size() == MAX_NAMES) {
            remove(0);
            crowded = true;
        }
        if (claims.size() == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * hashes.length);
        }
        hashes[claims.size()] = hash;
        claims.add(newest);
        grant(newest);
    }

    private int find(WireName name, int hash) {
        for (int i = claims.size() - 1; i >= 0; i--) {
            if (hashes[i] == hash && claims.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private void remove(int place) {
        claims.remove(place);
        System.arraycopy(hashes, place + 1, hashes, place, claims.size() - place);
    }

    private void grant(Claim newest) {
        for (int i = 0; i < grants.size(); i++) {
            Claim grant = grants.get(i);
            if (grant.program().equals(newest.program())) {
                if (grant.expiresAt() < newest.expiresAt()) {
                    grants.set(i, newest);
                }
                return;
            }
        }
        grants.add(newest);
    }

    /** The kernel has it. */
    void wrote(Claim row) {
        kernel = row;
    }

    /** The claims, the oldest first; some may have expired. */
    List<Claim> claims() {
        return List.copyOf(claims);
    }

    /** Whether a name was pushed out: the claims are not all. */
    boolean crowded() {
        return crowded;
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
        return kernel == null ? 0 : kernel.expiresAt();
    }
}
