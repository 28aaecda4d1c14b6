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

    /**
     * The oldest first. Lists that are replaced and never changed: nearly every address has one
     * name and one program, and who carries them over need not copy them.
     */
    private List<Claim> claims = List.of();

    /** How long each program is claimed by some name: a claim stands for its program's last. */
    private List<Claim> grants = List.of();

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
        for (Claim grant : grants) {
            if (grant.expiresAt() <= now) {
                grants = grants.stream().filter(each -> each.expiresAt() > now).toList();
                return;
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
        if (claims.isEmpty()) {
            claims = List.of(claim);
            grants = claims;
            return;
        }
        Claim newest = claim;
        List<Claim> others = new ArrayList<>(claims);
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i).name().equals(claim.name())) {
                newest = claim.until(Math.max(claim.expiresAt(), others.remove(i).expiresAt()));
                break;
            }
        }
        if (others.size() == MAX_NAMES) {
            others.removeFirst();
            crowded = true;
        }
        others.add(newest);
        claims = List.copyOf(others);
        grant(newest);
    }

    private void grant(Claim newest) {
        for (int i = 0; i < grants.size(); i++) {
            Claim grant = grants.get(i);
            if (grant.program().equals(newest.program())) {
                if (grant.expiresAt() < newest.expiresAt()) {
                    List<Claim> later = new ArrayList<>(grants);
                    later.set(i, newest);
                    grants = List.copyOf(later);
                }
                return;
            }
        }
        grants = grants.isEmpty() ? List.of(newest) : plus(grants, newest);
    }

    private static List<Claim> plus(List<Claim> grants, Claim one) {
        List<Claim> more = new ArrayList<>(grants);
        more.add(one);
        return List.copyOf(more);
    }

    /** The kernel has it. */
    void wrote(Claim row) {
        kernel = row;
    }

    /** The claims, the oldest first; some may have expired. Never changed. */
    List<Claim> claims() {
        return claims;
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
