package io.fleetwall.node.enforce;

import io.fleetwall.bpf.LearnedAddress;
import io.fleetwall.bpf.TableSet;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

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

    /** How long an expired entry stays, so that the kernel can say why it refuses (10 minutes). */
    private static final long KEEP_NANOS = 600_000_000_000L;

    private final TableSet set;
    private final NameBook names;
    private final LongSupplier boottime;
    private final Map<Address, LearnedEntry> entries = new HashMap<>();

    LearnedBook(TableSet set, NameBook names, LongSupplier boottime) {
        this.set = set;
        this.names = names;
        this.boottime = boottime;
    }

    /** One name's claim on an address. */
    record Claim(WireName name, PortProgram program, long expiresAt) {
        Claim until(long later) {
            return saying(program, later);
        }

        /** The same object when it says so already: an address is kept for as few as possible. */
        Claim saying(PortProgram all, long last) {
            return all.equals(program) && last == expiresAt ? this : new Claim(name, all, last);
        }
    }

    /** Addresses with a name, to be put into a book. */
    record Lesson(List<Address> addresses, Claim claim) {}

    /** What {@code hosts} says of what was learned in a table set that is adopted. */
    synchronized void adopt(HostTable hosts) {
        for (LearnedAddress learned : set.learned()) {
            Optional<WireName> name = names.name(learned.nameId());
            if (name.isPresent()) {
                PortProgram program = hosts.match(name.get().labels(), 0);
                if (program != null) {
                    Claim claim = new Claim(name.get(), program, learned.expiresAtBoottimeNanos());
                    entries.put(Address.of(learned.address()), LearnedEntry.adopted(claim));
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
        if (lessons.size() == 1 && lessons.getFirst().addresses.size() == 1) {
            learnOne(lessons.getFirst().addresses.getFirst(), lessons.getFirst().claim);
            return;
        }
        long now = boottime.getAsLong();
        Map<Address, Claim> changed = new LinkedHashMap<>();
        for (Lesson lesson : lessons) {
            for (Address address : lesson.addresses) {
                LearnedEntry entry = entries.computeIfAbsent(address, _ -> new LearnedEntry());
                Claim row = entry.claim(lesson.claim, now);
                if (row != null) {
                    changed.put(address, row);
                }
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        List<LearnedAddress> batch = new ArrayList<>(changed.size());
        changed.forEach((address, row) -> batch.add(told(address, row)));
        set.learn(batch);
        changed.forEach((address, row) -> entry(address).wrote(row));
    }

    /** Nearly every answer. */
    private void learnOne(Address address, Claim claim) {
        LearnedEntry entry = entries.computeIfAbsent(address, _ -> new LearnedEntry());
        Claim row = entry.claim(claim, boottime.getAsLong());
        if (row != null) {
            set.learn(List.of(told(address, row)));
            entry.wrote(row);
        }
    }

    private LearnedEntry entry(Address address) {
        return Objects.requireNonNull(entries.get(address));
    }

    private LearnedAddress told(Address address, Claim row) {
        try {
            return new LearnedAddress(
                    address.bytes(),
                    set.programFor(row.program()),
                    row.expiresAt(),
                    names.number(row.name()));
        } catch (IOException e) {
            throw new UncheckedIOException("the book of names cannot be written", e);
        }
    }

    /** What is known of an address at a moment. */
    record Known(Address address, List<Claim> claims, boolean crowded) {}

    /**
     * Addresses learned and not long expired, without what is known of them: short, however many
     * there are, for who wants to learn waits meanwhile, and a client with it.
     */
    synchronized Address[] addresses() {
        return entries.keySet().toArray(Address[]::new);
    }

    /** What is known of some of these addresses now; nothing of what was forgotten since. */
    synchronized List<Known> known(List<Address> some) {
        List<Known> known = new ArrayList<>(some.size());
        for (Address address : some) {
            LearnedEntry entry = entries.get(address);
            if (entry != null) {
                known.add(new Known(address, entry.claims(), entry.crowded()));
            }
        }
        return known;
    }

    /** The names an address was learned for, the newest first; empty when there are none. */
    synchronized String namesOf(byte[] address) {
        LearnedEntry entry = entries.get(Address.of(address));
        return entry == null ? "" : entry.names();
    }

    /** Removes what expired long ago, from here and from the kernel. */
    synchronized void forgetExpired() {
        long limit = boottime.getAsLong() - KEEP_NANOS;
        List<byte[]> gone = new ArrayList<>();
        entries.entrySet()
                .removeIf(entry -> {
                    boolean expired = entry.getValue().expiresAt() < limit;
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
