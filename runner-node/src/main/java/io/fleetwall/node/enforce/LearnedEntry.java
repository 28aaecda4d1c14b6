package io.fleetwall.node.enforce;

import io.fleetwall.node.enforce.LearnedBook.Claim;
import io.fleetwall.policy.compiled.PortProgram;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final Map<WireName, Claim> claims =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<WireName, Claim> eldest) {
                    return size() > MAX_NAMES;
                }
            };

    /** How long each program is claimed by some name; seldom more than one. */
    private final Map<PortProgram, Long> programs = new HashMap<>(2);

    private @Nullable Row kernel;

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
        programs.values().removeIf(expiresAt -> expiresAt <= now);
        PortProgram program = united(claim.program());
        add(claim);
        long expiresAt = programs.values().stream().mapToLong(Long::longValue).max().orElse(now);
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
        for (PortProgram other : programs.keySet()) {
            if (!other.equals(program)) {
                united =
                        united.unite(other)
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
        Claim before = claims.remove(claim.name());
        long expiresAt =
                before == null
                        ? claim.expiresAt()
                        : Math.max(before.expiresAt(), claim.expiresAt());
        claims.put(claim.name(), claim.until(expiresAt));
        programs.merge(claim.program(), expiresAt, Math::max);
    }

    /** The kernel has it. */
    void wrote(Row row) {
        kernel = row;
    }

    /** The claims, the oldest first; some may have expired. */
    List<Claim> claims() {
        return List.copyOf(claims.values());
    }

    /** Names for people, the newest first. */
    String names() {
        return claims.values().stream().toList().reversed().stream()
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
