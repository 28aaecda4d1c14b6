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
 *
 * <p>Names are in one array, in which the next takes the place of the one that goes: as objects of
 * their own they lived just long enough to be moved to the old generation, each of them.
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

    /** The names that claim it, the oldest first: a length and labels each. */
    private byte[] names = {};

    private int namesUsed;

    /** Of each name its hash: looking for a name in 32 would read as many arrays else. */
    private int[] hashes = new int[2];

    private PortProgram[] programs = new PortProgram[2];
    private long[] expiries = new long[2];
    private int count;

    /** How long each program is claimed by some name: a claim stands for its program's last. */
    private final List<Grant> grants = new ArrayList<>(1);

    /** What the kernel's table says. */
    private @Nullable Grant kernel;

    private boolean crowded;

    /** So long a program is in force. */
    private static final class Grant {
        private final PortProgram program;
        private long expiresAt;

        Grant(PortProgram program, long expiresAt) {
            this.program = program;
            this.expiresAt = expiresAt;
        }
    }

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
        for (Grant grant : grants) {
            expiresAt = Math.max(expiresAt, grant.expiresAt);
        }
        Grant before = kernel;
        if (before != null
                && before.expiresAt > now
                && before.program.equals(program)
                && expiresAt - before.expiresAt < SAME_NANOS) {
            return null;
        }
        return claim.saying(program, expiresAt);
    }

    private void forgetGrants(long now) {
        for (int i = grants.size() - 1; i >= 0; i--) {
            if (grants.get(i).expiresAt <= now) {
                grants.remove(i);
            }
        }
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
        byte[] name = claim.name().labels();
        int hash = claim.name().hashCode();
        int known = find(name, hash);
        if (known >= 0) {
            expiresAt = Math.max(expiresAt, expiries[known]);
            remove(known);
        } else if (count == MAX_NAMES) {
            remove(0);
            crowded = true;
        }
        append(name);
        hashes[count] = hash;
        programs[count] = claim.program();
        expiries[count++] = expiresAt;
        grant(claim.program(), expiresAt);
    }

    private void append(byte[] name) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * count);
            programs = Arrays.copyOf(programs, 2 * count);
            expiries = Arrays.copyOf(expiries, 2 * count);
        }
        int needed = namesUsed + 1 + name.length;
        if (needed > names.length) {
            names = Arrays.copyOf(names, needed + needed / 4);
        }
        names[namesUsed] = (byte) name.length;
        System.arraycopy(name, 0, names, namesUsed + 1, name.length);
        namesUsed = needed;
    }

    private int find(byte[] name, int hash) {
        for (int i = count - 1; i >= 0; i--) {
            if (hashes[i] == hash) {
                int at = start(i);
                if (Arrays.equals(names, at + 1, end(at), name, 0, name.length)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Where a name's length is. */
    private int start(int place) {
        int at = 0;
        for (int i = 0; i < place; i++) {
            at = end(at);
        }
        return at;
    }

    /** Where the name ends whose length is here. */
    private int end(int at) {
        return at + 1 + (names[at] & 0xff);
    }

    private void remove(int place) {
        int from = start(place);
        int to = end(from);
        System.arraycopy(names, to, names, from, namesUsed - to);
        namesUsed -= to - from;
        int behind = --count - place;
        System.arraycopy(hashes, place + 1, hashes, place, behind);
        System.arraycopy(programs, place + 1, programs, place, behind);
        System.arraycopy(expiries, place + 1, expiries, place, behind);
    }

    private void grant(PortProgram program, long expiresAt) {
        for (Grant grant : grants) {
            if (grant.program.equals(program)) {
                grant.expiresAt = Math.max(grant.expiresAt, expiresAt);
                return;
            }
        }
        grants.add(new Grant(program, expiresAt));
    }

    /** The kernel has it. */
    void wrote(Claim row) {
        kernel = new Grant(row.program(), row.expiresAt());
    }

    /** The claims, the oldest first; some may have expired. */
    List<Claim> claims() {
        List<Claim> claims = new ArrayList<>(count);
        int at = 0;
        for (int i = 0; i < count; i++) {
            byte[] name = Arrays.copyOfRange(names, at + 1, end(at));
            claims.add(new Claim(new WireName(name), programs[i], expiries[i]));
            at = end(at);
        }
        return claims;
    }

    /** Whether a name was pushed out: the claims are not all. */
    boolean crowded() {
        return crowded;
    }

    /** Names for people, the newest first. */
    String names() {
        return claims().reversed().stream()
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
