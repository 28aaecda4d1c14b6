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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * For which names the addresses in one table set's learned table are there. The kernel keeps one
 * program an address; this keeps each name's part of it, so that names that share an address can
 * come, go and be decided anew one by one. Thread-safe: runners with equal policies share it.
 *
 * <p>Of an address that one name has, which are nearly all, the set's own account of what the
 * kernel was told says everything. Nothing else is kept of them: tens of thousands of objects would
 * be made anew, and moved through the heap, with each change of policy.
 */
final class LearnedBook {
    /**
     * An answer's address serves this much longer than its TTL: a client that was answered at the
     * last moment still has to connect.
     */
    static final long GRACE_NANOS = 30_000_000_000L;

    /** How long an expired entry stays, so that the kernel can say why it refuses (10 minutes). */
    private static final long KEEP_NANOS = 600_000_000_000L;

    /** Longs of addresses that are adopted in one go: whoever learns waits meanwhile. */
    private static final int PORTION = 512;

    private final TableSet set;
    private final NameBook names;
    private final LongSupplier boottime;

    /** Two longs each; empty once they were. */
    private long[] unconsidered = new long[0];

    /** Addresses of several names. */
    private final Map<Address, LearnedEntry> shared = new HashMap<>();

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

    /** The book of a set that an earlier agent has filled, to be reconsidered. */
    static LearnedBook adopted(TableSet set, NameBook names, LongSupplier boottime) {
        LearnedBook book = new LearnedBook(set, names, boottime);
        book.unconsidered = set.toldAddresses();
        return book;
    }

    /**
     * What {@code hosts} says of what was learned in a table set that was adopted: an address that
     * others than the last name had is the last name's from now on. Beside who starts and learns:
     * until then such an address counts as one that the last name alone has all these ports of.
     */
    void reconsider(HostTable hosts) {
        long[] told = takeUnconsidered();
        if (told.length > 0) {
            Thread.ofVirtual().name("reconsider").start(() -> reconsider(hosts, told));
        }
    }

    private synchronized long[] takeUnconsidered() {
        long[] told = unconsidered;
        unconsidered = new long[0];
        return told;
    }

    private void reconsider(HostTable hosts, long... told) {
        for (int from = 0; from < told.length; from += PORTION) {
            reconsider(hosts, told, from);
        }
    }

    private synchronized void reconsider(HostTable hosts, long[] told, int from) {
        for (int i = from; i < Math.min(told.length, from + PORTION); i += 2) {
            Address address = new Address(told[i], told[i + 1]);
            LearnedAddress learned = set.told(address.bytes());
            if (learned != null) {
                names.name(learned.nameId())
                        .ifPresent(name -> reconsider(hosts, name, address, learned));
            }
        }
    }

    private void reconsider(
            HostTable hosts, WireName name, Address address, LearnedAddress learned) {
        PortProgram program = hosts.match(name.labels(), 0);
        if (program != null && !program.equals(set.program(learned.program()))) {
            Claim claim = new Claim(name, program, learned.expiresAtBoottimeNanos());
            shared.putIfAbsent(address, LearnedEntry.adopted(claim));
        }
    }

    /** Makes room in memory for so many addresses. */
    void room(int addresses) {
        set.room(addresses);
    }

    /**
     * Puts lessons into the kernel; returns when they are in.
     *
     * @throws RuntimeException when they are not: the table is full, the kernel refused
     */
    synchronized void learn(List<Lesson> lessons) {
        long now = boottime.getAsLong();
        Map<Address, Claim> changed = new LinkedHashMap<>();
        for (Lesson lesson : lessons) {
            for (Address address : lesson.addresses) {
                Claim row = row(address, lesson.claim, changed.get(address), now);
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
        changed.forEach(this::wrote);
    }

    /** The same of one lesson; of one address, which is nearly every answer, without lists. */
    synchronized void learn(Lesson lesson) {
        if (lesson.addresses.size() != 1) {
            learn(List.of(lesson));
            return;
        }
        Address address = lesson.addresses.getFirst();
        Claim row = row(address, lesson.claim, null, boottime.getAsLong());
        if (row != null) {
            set.learn(List.of(told(address, row)));
            wrote(address, row);
        }
    }

    private void wrote(Address address, Claim row) {
        LearnedEntry entry = shared.isEmpty() ? null : shared.get(address);
        if (entry != null) {
            entry.wrote(row);
        }
    }

    /**
     * What the kernel has to be told of an address because of a claim; null when nothing.
     *
     * @param waiting what it is about to be told
     */
    private @Nullable Claim row(Address address, Claim claim, @Nullable Claim waiting, long now) {
        LearnedEntry entry = shared.isEmpty() ? null : shared.get(address);
        if (entry != null) {
            return entry.claim(claim, now);
        }
        Claim before = waiting == null ? only(set.told(address.bytes())) : waiting;
        if (before == null) {
            return claim;
        }
        if (before.name().equals(claim.name()) && before.program().equals(claim.program())) {
            return LearnedEntry.later(before, claim, now);
        }
        LearnedEntry several =
                waiting == null ? LearnedEntry.adopted(before) : LearnedEntry.waiting(before);
        Claim row = several.claim(claim, now);
        shared.put(address, several);
        return row;
    }

    /** The one claim that the kernel's entry says; null when its name is not known any more. */
    private @Nullable Claim only(@Nullable LearnedAddress told) {
        if (told == null) {
            return null;
        }
        WireName name = names.name(told.nameId()).orElse(null);
        return name == null
                ? null
                : new Claim(name, set.program(told.program()), told.expiresAtBoottimeNanos());
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
     * Addresses learned and not long expired, two longs each, without what is known of them: short,
     * however many there are, for who wants to learn waits meanwhile, and a client with it.
     */
    synchronized long[] addresses() {
        return set.toldAddresses();
    }

    /**
     * What is known of an address now; null when it was forgotten since. One whose name is no
     * longer in the book of names counts as crowded.
     */
    synchronized @Nullable Known known(Address address) {
        LearnedEntry entry = shared.isEmpty() ? null : shared.get(address);
        if (entry != null) {
            return new Known(address, entry.claims(), entry.crowded());
        }
        LearnedAddress told = set.told(address.bytes());
        if (told == null) {
            return null;
        }
        Claim only = only(told);
        return new Known(address, only == null ? List.of() : List.of(only), only == null);
    }

    /** The names an address was learned for, the newest first; empty when there are none. */
    synchronized String namesOf(byte[] address) {
        LearnedEntry entry = shared.get(Address.of(address));
        if (entry != null) {
            return entry.names();
        }
        Claim only = only(set.told(address));
        return only == null ? "" : only.name().toString();
    }

    /** Removes what expired long ago, from here and from the kernel. */
    synchronized void forgetExpired() {
        List<byte[]> gone = set.toldUntil(boottime.getAsLong() - KEEP_NANOS);
        if (!gone.isEmpty()) {
            set.forget(gone);
            gone.forEach(address -> shared.remove(Address.of(address)));
        }
    }

    int size() {
        return set.toldSize();
    }
}
