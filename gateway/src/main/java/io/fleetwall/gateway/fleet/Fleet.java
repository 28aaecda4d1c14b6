package io.fleetwall.gateway.fleet;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.message.RunnerReport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What every runner should have and has in force, as far as this gateway knows. In memory, because
 * ten thousand acknowledgements must not wait for a disk; nodes restate everything when they come
 * back, and {@link RunnerTable} keeps a copy for when they do not.
 */
public final class Fleet {
    private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private final InstantSource clock;
    private final Rollouts rollouts;
    private final Map<RunnerKey, RunnerView> runners = new ConcurrentHashMap<>();

    /** The same keys in order, for lists and for the runners of one node; seldom changed. */
    private final NavigableSet<RunnerKey> ordered = new ConcurrentSkipListSet<>();

    private final NodeBook nodes = new NodeBook();
    private final Acknowledgements news = new Acknowledgements();
    private final Set<RunnerKey> unsaved = ConcurrentHashMap.newKeySet();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** An empty fleet. */
    public Fleet(InstantSource clock, Rollouts rollouts) {
        this.clock = clock;
        this.rollouts = rollouts;
    }

    /** Takes over what the store knew; present nodes say better. */
    void restore(List<RunnerView> known) {
        for (RunnerView view : known) {
            runners.putIfAbsent(view.key(), lost(view));
            ordered.add(view.key());
        }
    }

    /** What came into force and has not been told. */
    Acknowledgements news() {
        return news;
    }

    /** All runners by node and name. */
    public List<RunnerView> runners() {
        return ordered.stream().flatMap(key -> find(key).stream()).toList();
    }

    /** How far a revision has come. */
    public Progress progress(long revision) {
        return Progress.of(revision, runners.values());
    }

    /** The runners of some nodes, in any order. */
    public List<RunnerView> runners(Predicate<String> node) {
        List<RunnerView> some = new ArrayList<>(runners.size());
        for (RunnerView view : runners.values()) {
            if (node.test(view.key().node())) {
                some.add(view);
            }
        }
        return some;
    }

    /** How often anything has changed. */
    public long changes() {
        return changes.get();
    }

    /** All nodes by name. */
    public List<NodeView> nodes() {
        return nodes.with(runners());
    }

    /** One runner. */
    public Optional<RunnerView> find(RunnerKey key) {
        return Optional.ofNullable(runners.get(key));
    }

    /** How a runner's enforcement was found last; empty when nobody has said so to this gateway. */
    public Optional<Attestation> attestation(RunnerKey key) {
        return nodes.attestation(key);
    }

    void state(String node, NodeState state) {
        nodes.state(node, state);
    }

    /** A node's full state; runners it does not name any more are forgotten. */
    void hello(Hello hello) {
        Instant now = clock.instant();
        nodes.hello(hello, now);
        Set<RunnerKey> named = new HashSet<>();
        for (RunnerReport report : hello.runners()) {
            RunnerKey key = new RunnerKey(hello.node(), report.runner());
            named.add(key);
            RunnerView view = RunnerView.restated(key, report, now);
            find(key).filter(before -> isAnswer(before, view)).ifPresent(before -> news.add(view));
            put(key, view);
        }
        forgetOthers(hello.node(), named);
        signal();
    }

    /** Of what it was sent over a connection that broke. Else somebody has told it already. */
    private static boolean isAnswer(RunnerView before, RunnerView now) {
        long revision = now.applied().mark().revision();
        return before.desired().revision() == revision && isNewTo(before, revision);
    }

    /** Another scope of the same revision is a job's, which the node tells. */
    private static boolean isNewTo(RunnerView before, long revision) {
        return before.applied().mark().revision() < revision;
    }

    void scope(RunnerKey key, Scope scope) {
        change(key, view -> view.withScope(scope));
    }

    void desired(RunnerKey key, PolicyMark desired) {
        if (find(key).filter(view -> view.desired().equals(desired)).isPresent()) {
            return;
        }
        // Not saved by itself: what it answers is, and a gateway that starts decides anew.
        runners.computeIfPresent(key, (same, view) -> view.withDesired(desired));
        nodes.change(key.node());
        signal();
    }

    void applied(String node, Applied applied) {
        RunnerKey key = new RunnerKey(node, applied.runner());
        PolicyMark mark = new PolicyMark(applied.revision(), applied.scope(), applied.policy());
        Instant now = clock.instant();
        var acknowledged = new RunnerView.Acknowledged(mark, now, applied.micros());
        rollouts.acknowledged(applied.revision());
        var here = new RunnerView.Contact(RunnerView.Presence.HERE, now);
        change(
                key,
                before -> {
                    RunnerView view = before.withApplied(acknowledged, here);
                    if (isNewTo(before, applied.revision())) {
                        news.add(view);
                    }
                    return view;
                });
    }

    void refused(RunnerKey key, RunnerView.Refusal refusal) {
        change(key, view -> view.withRefusal(refusal));
    }

    /** A node spoke. Only remembered, not saved: it says so every few seconds. */
    void seen(String node, Iterable<String> named) {
        var here = new RunnerView.Contact(RunnerView.Presence.HERE, clock.instant());
        nodes.seen(node, here);
        for (String runner : named) {
            runners.computeIfPresent(
                    new RunnerKey(node, runner), (key, view) -> view.withContact(here));
        }
    }

    /** The runners of one node, a view: they lie side by side. */
    private NavigableSet<RunnerKey> of(String node) {
        // No name has a character as low as that behind its node's.
        return ordered.subSet(new RunnerKey(node, ""), true, new RunnerKey(node + "\0", ""), false);
    }

    void lost(String node) {
        nodes.lost(node);
        of(node).forEach(key -> change(key, Fleet::lost));
    }

    private static RunnerView lost(RunnerView view) {
        return view.withContact(
                new RunnerView.Contact(RunnerView.Presence.LOST, view.contact().lastSeen()));
    }

    /**
     * Waits until something holds, looking again soon after a change; false when time ran out.
     * Conditions walk the fleet, so the acknowledgements of some milliseconds are looked at once.
     */
    public boolean await(BooleanSupplier condition, long timeoutMillis)
            throws InterruptedException {
        long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        long deadline = System.nanoTime() + nanos;
        waiting.incrementAndGet();
        try {
            long seen = changes.get();
            while (!condition.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                seen = changedSince(seen, left);
            }
            return true;
        } finally {
            waiting.decrementAndGet();
        }
    }

    private long changedSince(long seen, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (changes.get() == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        TimeUnit.NANOSECONDS.sleep(Math.clamp(left, 0, TOGETHER_NANOS));
        return changes.get();
    }

    /** Gives what changed since the last call to a store; what it throws is for the next call. */
    void save(Consumer<List<RunnerView>> store) {
        List<RunnerKey> keys = new ArrayList<>(unsaved);
        // Side by side in the store, too: so each of its pages is written once.
        Collections.sort(keys);
        keys.forEach(unsaved::remove);
        List<RunnerView> views = new ArrayList<>(keys.size());
        keys.forEach(key -> find(key).ifPresent(views::add));
        if (views.isEmpty()) {
            return;
        }
        try {
            store.accept(views);
        } catch (RuntimeException failed) {
            unsaved.addAll(keys);
            throw failed;
        }
    }

    NodeBook book() {
        return nodes;
    }

    /** A node as it is known here, for the other gateways. */
    Optional<NodeCopy> copy(String node) {
        return nodes.copy(node, of(node).stream().flatMap(key -> find(key).stream()).toList());
    }

    /** A node as another gateway knows it, which has it or has missed it. */
    void told(NodeCopy copy) {
        nodes.told(copy);
        Set<RunnerKey> named = new HashSet<>();
        for (RunnerView view : copy.runners()) {
            named.add(view.key());
            long revision = view.applied().mark().revision();
            if (find(view.key()).filter(before -> isNewTo(before, revision)).isPresent()) {
                rollouts.acknowledged(revision);
            }
            runners.put(view.key(), view);
            ordered.add(view.key());
        }
        forgetOthers(copy.node(), named);
        signal();
    }

    private void forgetOthers(String node, Set<RunnerKey> named) {
        for (RunnerKey key : of(node)) {
            if (!named.contains(key)) {
                ordered.remove(key);
                runners.remove(key);
            }
        }
    }

    private void change(RunnerKey key, UnaryOperator<RunnerView> change) {
        runners.computeIfPresent(key, (same, view) -> change.apply(view));
        unsaved.add(key);
        nodes.change(key.node());
        signal();
    }

    private void put(RunnerKey key, RunnerView view) {
        runners.put(key, view);
        ordered.add(key);
        unsaved.add(key);
    }

    private void signal() {
        changes.incrementAndGet();
        if (waiting.get() == 0) {
            return;
        }
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
