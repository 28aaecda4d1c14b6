package io.fleetwall.node.enforce;

import io.fleetwall.node.dns.AnswerGate;
import io.fleetwall.node.dns.DnsDenial;
import io.fleetwall.node.dns.DnsPolicy;
import io.fleetwall.node.dns.LearnedAnswer;
import io.fleetwall.policy.compiled.PortProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one runner has in force, for everybody who asks at any time: the DNS proxy that teaches it
 * addresses, the flow reader that explains its events. Thread-safe.
 *
 * <p>A swap must not lose an address that is learned while the next tables are prepared: from
 * {@link #beginSwap} on, lessons are also kept in a journal, which {@link #endSwap} replays into
 * the next tables before the flip, while no other lesson can come in between.
 */
final class RunnerGate implements AnswerGate {
    private final LongSupplier boottime;
    private final Aliases aliases;
    private final Consumer<DnsDenial> denials;
    private volatile Standing standing;
    private volatile PrivateNetworks privateNetworks;
    private @Nullable List<LearnedAnswer> journal;
    private @Nullable Standing preparing;

    RunnerGate(
            Standing standing,
            LongSupplier boottime,
            Aliases aliases,
            Consumer<DnsDenial> denials) {
        this.standing = standing;
        this.privateNetworks = PrivateNetworks.of(standing.policy());
        this.boottime = boottime;
        this.aliases = aliases;
        this.denials = denials;
    }

    /** What is in force now. */
    Standing standing() {
        return standing;
    }

    @Override
    public DnsPolicy policy() {
        return standing.dns();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the seam compares identities: a policy is a moment
    public synchronized boolean learn(LearnedAnswer answer) {
        Standing now = standing;
        if (answer.policy() != now.dns()) {
            return false;
        }
        now.tables().learned().learn(lesson(answer, answer.program()));
        if (journal != null) {
            journal.add(answer);
        }
        return true;
    }

    private LearnedBook.Lesson lesson(LearnedAnswer answer, PortProgram program) {
        long expiresAt =
                boottime.getAsLong()
                        + answer.ttlSeconds() * 1_000_000_000L
                        + LearnedBook.GRACE_NANOS;
        WireName name = new WireName(answer.name());
        aliases.learned(name, answer.aliases());
        var claim = new LearnedBook.Claim(name, program, expiresAt);
        return new LearnedBook.Lesson(addresses(answer.addresses()), claim);
    }

    private static List<Address> addresses(List<byte[]> bytes) {
        return bytes.size() == 1
                ? List.of(Address.of(bytes.getFirst()))
                : bytes.stream().map(Address::of).toList();
    }

    /**
     * Teaches tables that are being prepared, or are in force by now.
     *
     * @return false when they are neither, and may be gone: nothing was learned
     */
    @SuppressWarnings("ReferenceEquality") // tables are told apart by what they are
    synchronized boolean learnAhead(Standing target, LearnedAnswer answer) {
        boolean alive =
                standing.tables() == target.tables()
                        || (preparing != null && preparing.tables() == target.tables());
        PortProgram program = target.dns().hosts().match(answer.name(), 0);
        if (!alive || program == null) {
            return false;
        }
        target.tables().learned().learn(lesson(answer, program));
        return true;
    }

    @Override
    public boolean permitsPrivate(byte[] address) {
        return privateNetworks.permits(address);
    }

    @Override
    public void denied(DnsDenial denial) {
        denials.accept(denial);
    }

    /** From now on, lessons are kept for the next tables too. */
    synchronized void beginSwap(Standing next) {
        journal = new ArrayList<>();
        preparing = next;
    }

    /** The swap does not take place. */
    synchronized void abandonSwap() {
        journal = null;
        preparing = null;
    }

    /**
     * Replays what was learned since {@link #beginSwap}, flips, and answers by {@code next} from
     * then on.
     *
     * @param flip the store in the kernel
     */
    synchronized void endSwap(Standing next, Runnable flip) {
        List<LearnedAnswer> learned = journal == null ? List.of() : journal;
        journal = null;
        List<LearnedBook.Lesson> lessons = new ArrayList<>();
        Standing settled = next;
        for (LearnedAnswer answer : learned) {
            var program = next.dns().hosts().match(answer.name(), 0);
            if (program != null) {
                lessons.add(lesson(answer, program));
            } else {
                settled = next.beginning();
            }
        }
        next.tables().learned().learn(lessons);
        flip.run();
        standing = settled;
        preparing = null;
        privateNetworks = PrivateNetworks.of(next.policy());
    }
}
