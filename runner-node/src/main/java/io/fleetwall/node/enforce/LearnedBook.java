package io.fleetwall.node.enforce;

import io.fleetwall.bpf.LearnedAddress;
import io.fleetwall.bpf.TableSet;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * For which names the addresses in one table set's learned table are there. The kernel keeps one
 * program an address; this keeps each name's part of it, so that names that share an address can
 * come, go and be decided anew one by one. Thread-safe: runners with equal policies share it.
 */
final class LearnedBook {
    /**
     * An answer's address serves this much longer than its TTL: a client that was answered at the
     * last moment still has to connect.
     */
    static final long GRACE_NANOS = 30_000_000_000L;

    /**
     * Less of a difference in expiry is not worth a system call: answers from one cache entry
     * differ by their rounding.
     */
    private static final long SAME_NANOS = 1_500_000_000L;

    /** How long an expired entry stays, so that the kernel can say why it refuses (10 minutes). */
    private static final long KEEP_NANOS = 600_000_000_000L;

    private final TableSet set;
    private final NameBook names;
    private final LongSupplier boottime;
    private final Map<Address, Entry> entries = new HashMap<>();

    LearnedBook(TableSet set, NameBook names, LongSupplier boottime) {
        this.set = set;
        this.names = names;
        this.boottime = boottime;
    }

    /** One name's claim on an address. */
    record Claim(WireName name, PortProgram program, long expiresAt) {}

    /** Addresses with a name, to be put into a book. */
    record Lesson(List<byte[]> addresses, Claim claim) {}

    private record Entry(List<Claim> claims, PortProgram program, long expiresAt) {}

    /** What {@code hosts} says of what was learned in a table set that is adopted. */
    synchronized void adopt(HostTable hosts) {
        for (LearnedAddress learned : set.learned()) {
            Optional<WireName> name = names.name(learned.nameId());
            if (name.isPresent()) {
                PortProgram program = hosts.match(name.get().labels(), 0);
                if (program != null) {
                    Claim claim = new Claim(name.get(), program, learned.expiresAtBoottimeNanos());
                    entries.put(
                            Address.of(learned.address()),
                            new Entry(List.of(claim), program, claim.expiresAt));
                }
            }
        }
    }

    /**
     * Puts lessons into the kernel; returns when they are in.
     *
     * @throws RuntimeException when they are not: the table is full, the kernel refused
     */
    synchronized void learn(List<Lesson> lessons) {
        List<LearnedAddress> batch = new ArrayList<>();
        Map<Address, Entry> changed = new HashMap<>();
        for (Lesson lesson : lessons) {
            for (byte[] bytes : lesson.addresses) {
                Address address = Address.of(bytes);
                Entry before = changed.getOrDefault(address, entries.get(address));
                Entry after = with(before, lesson.claim);
                if (!Objects.equals(after, before)) {
                    changed.put(address, after);
                }
            }
        }
        changed.forEach((address, entry) -> batch.add(row(address, entry)));
        if (!batch.isEmpty()) {
            set.learn(batch);
            entries.putAll(changed);
        }
    }

    private LearnedAddress row(Address address, Entry entry) {
        try {
            return new LearnedAddress(
                    address.bytes(),
                    set.programFor(entry.program),
                    entry.expiresAt,
                    names.number(entry.claims.getFirst().name));
        } catch (IOException e) {
            throw new UncheckedIOException("the book of names cannot be written", e);
        }
    }

    /** The entry with this claim too; the same entry when that changes nothing. */
    private Entry with(@Nullable Entry before, Claim claim) {
        List<Claim> claims = new ArrayList<>();
        claims.add(claim);
        PortProgram program = claim.program;
        long expiresAt = claim.expiresAt;
        long now = boottime.getAsLong();
        for (Claim other : before == null ? List.<Claim>of() : before.claims) {
            if (!other.name.equals(claim.name) && other.expiresAt > now) {
                claims.add(other);
                program =
                        program.unite(other.program)
                                .orElseThrow(() ->
                                        new IllegalStateException(
                                                "the rules of names that share an address"
                                                        + " need too many port steps"));
                expiresAt = Math.max(expiresAt, other.expiresAt);
            } else if (other.name.equals(claim.name)) {
                expiresAt = Math.max(expiresAt, other.expiresAt);
            }
        }
        if (before != null
                && before.claims.size() == claims.size()
                && before.program.equals(program)
                && expiresAt - before.expiresAt < SAME_NANOS) {
            return before;
        }
        return new Entry(List.copyOf(claims), program, expiresAt);
    }

    /**
     * Everything learned and not long expired, decided anew by another policy's hosts. What that
     * policy does not name is left out.
     *
     * @param floor nothing expires before: connections that outlived their name's TTL get the time
     *     to send one packet under the new policy
     */
    synchronized List<Lesson> decided(HostTable hosts, long floor) {
        List<Lesson> lessons = new ArrayList<>();
        entries.forEach((address, entry) -> {
            for (Claim claim : entry.claims) {
                PortProgram program = hosts.match(claim.name.labels(), 0);
                if (program != null) {
                    lessons.add(
                            new Lesson(
                                    List.of(address.bytes()),
                                    new Claim(
                                            claim.name,
                                            program,
                                            Math.max(floor, claim.expiresAt))));
                }
            }
        });
        return lessons;
    }

    /** The names an address was learned for, joined by commas; empty when there are none. */
    synchronized String namesOf(byte[] address) {
        Entry entry = entries.get(Address.of(address));
        return entry == null
                ? ""
                : String.join(",", entry.claims.stream().map(c -> c.name.toString()).toList());
    }

    /** Removes what expired long ago, from here and from the kernel. */
    synchronized void forgetExpired() {
        long limit = boottime.getAsLong() - KEEP_NANOS;
        List<byte[]> gone = new ArrayList<>();
        entries.entrySet()
                .removeIf(entry -> {
                    boolean expired = entry.getValue().expiresAt < limit;
                    if (expired) {
                        gone.add(entry.getKey().bytes());
                    }
                    return expired;
                });
        if (!gone.isEmpty()) {
            set.forget(gone);
        }
    }

    synchronized int size() {
        return entries.size();
    }
}
