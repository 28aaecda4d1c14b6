package io.fleetwall.node.dns;

import io.fleetwall.node.dns.DnsCounters.Count;
import io.fleetwall.node.dns.cache.CachedAnswer;
import io.fleetwall.node.dns.figure.BusyNames;
import io.fleetwall.node.dns.figure.TopNames;
import io.fleetwall.node.dns.listen.Client;
import io.fleetwall.node.dns.listen.QueryHandler;
import io.fleetwall.node.dns.upstream.Waiter;
import io.fleetwall.node.dns.wire.AddressFilter;
import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.ExtendedError;
import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.ReverseName;
import io.fleetwall.node.dns.wire.WireAnswer;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Answers one runner's queries on one worker: policy first, then cache, then upstream; and the
 * kernel knows an answer's addresses before the runner does.
 *
 * <p>The policy may change while an upstream is asked, so an answer is judged when it is given, and
 * not only when it was asked for.
 */
final class RunnerDesk implements QueryHandler {
    /** Policy changes that may overtake one answer; they are table builds (milliseconds) apart. */
    private static final int MAX_CHANGES = 3;

    /** Of so many questions one is counted by its name: the others cost nothing. */
    private static final int ONE_IN = 16;

    private final Worker worker;
    private final AnswerGate gate;
    private final KnownNames names;
    private final Replies replies;
    private final Refusals refusals;
    private final Teacher teacher;
    private final BusyNames asked;
    private final int place;
    private DnsPolicy policy;
    private long stamp;
    private long lineageStamp;
    private int underWay;
    private volatile boolean closed;

    /**
     * @param place where this runner's mark is in cached answers; free again when it is removed
     */
    RunnerDesk(Worker worker, AnswerGate gate, RunnerMemory memory, int place) {
        this.worker = worker;
        this.gate = gate;
        this.names = memory.names();
        this.place = place;
        replies = worker.replies();
        refusals = new Refusals(gate, memory.budgets(), worker);
        asked = new BusyNames(worker::nanos, ONE_IN);
        teacher = new Teacher(gate, names, worker.counters());
        policy = gate.policy();
    }

    /** The names asked for and refused at this desk; on its worker's loop. */
    CompletableFuture<TopNames> top() {
        return CompletableFuture.supplyAsync(
                () -> TopNames.of(asked.counts(), refusals.denied()), worker.loop());
    }

    /** Later answers are dropped: the runner's tables may be gone. */
    void close() {
        closed = true;
    }

    @Override
    public void handle(byte[] message, int length, Client client) {
        QueryView query = worker.query();
        worker.counters().add(Count.QUERIES);
        switch (query.read(message, length)) {
            case GOOD -> ask(query, client);
            case DROP -> worker.counters().add(Count.DROPPED);
            case FORMAT_ERROR -> malformed(query, client, Dns.FORMERR);
            case NOT_IMPLEMENTED -> malformed(query, client, Dns.NOTIMP);
            case BAD_VERSION -> malformed(query, client, Dns.BADVERS);
            case OTHER_CLASS -> malformed(query, client, Dns.REFUSED);
        }
    }

    private void ask(QueryView query, Client client) {
        asked.add(query.nameBuffer(), query.nameLength());
        if (query.type() == Dns.PTR || Names.isReverse(query.nameBuffer(), query.nameLength())) {
            reverse(query, client);
            return;
        }
        Judgement judgement = judge(query);
        if (!judgement.allowed() && refusals.query(policy, judgement, query, client)) {
            return;
        }
        CachedAnswer cached = worker.cache().find(query);
        if (cached == null) {
            if (!refusals.zone(policy, query, client)) {
                miss(query, client);
            }
            return;
        }
        worker.counters().add(Count.HITS);
        boolean renewal = cached.takeRenewal();
        if (!release(judgement, query, client, cached)) {
            give(query, client, cached);
        }
        if (renewal) { // last: what comes of it may take the place of the answer that is given
            worker.counters().add(Count.RENEWED);
            worker.upstream().resolve(query.detach(), Waiter.NOBODY);
        }
    }

    /**
     * Taking a policy for changed costs a lesson too many; comparing its tables would cost more.
     */
    @SuppressWarnings("ReferenceEquality")
    private Judgement judge(QueryView query) {
        DnsPolicy now = gate.policy();
        if (now != policy || stamp == 0) {
            long before = policy.lineage();
            policy = now;
            stamp = worker.newStamp();
            if (lineageStamp == 0 || now.lineage() != before) {
                lineageStamp = stamp;
            }
        }
        return worker.judgement().of(policy, query);
    }

    private void miss(QueryView query, Client client) {
        if (underWay >= worker.questionsPerRunner()) {
            worker.counters().add(Count.OVERLOADED);
            fail(
                    query,
                    client,
                    ExtendedError.OTHER,
                    "this runner has too many questions under way");
            return;
        }
        worker.counters().add(Count.MISSES);
        underWay++;
        QueryView kept = query.detach();
        worker.upstream().resolve(kept, new Asker(kept, client.detach()));
    }

    /** Judges, teaches and replies; again when the policy changed in between. */
    private void give(QueryView query, Client client, CachedAnswer cached) {
        for (int i = 0; i < MAX_CHANGES; i++) {
            Judgement judgement = judge(query);
            boolean revoked = !judgement.allowed() && policy.mode() == Mode.ENFORCE;
            if (revoked && refusals.query(policy, judgement, query, client)) {
                return;
            }
            if (release(judgement, query, client, cached)) {
                return;
            }
        }
        fail(query, client, ExtendedError.OTHER, "the policy changed while the answer was given");
    }

    /** False when the policy is no longer the one judged by, and nothing was sent. */
    private boolean release(
            Judgement judgement, QueryView query, Client client, CachedAnswer cached) {
        WireAnswer given = cached;
        if (!cached.taught(place, stamp)) {
            Answer answer = cached.answer();
            if (refusals.alias(policy, answer, query, client)) {
                return true;
            }
            if (cached.inside()) {
                List<byte[]> dropped = refusals.inside(policy, answer, query, client);
                answer = without(dropped, answer, query);
                if (answer.addresses().isEmpty()) {
                    refusals.onlyInside(policy, dropped.getFirst(), query, client);
                    return true;
                }
                given = answer;
            }
            switch (teach(judgement, query, answer, cached)) {
                case LEARNED -> {}
                case STALE -> {
                    return false;
                }
                case FAILED -> {
                    fail(
                            query,
                            client,
                            ExtendedError.OTHER,
                            "the kernel did not take the addresses");
                    return true;
                }
            }
            mark(cached, judgement);
        }
        replies.answer(query, client, cached, given);
        return true;
    }

    /** Answers that point inside go through the runner's network rules every time. */
    private void mark(CachedAnswer cached, Judgement judgement) {
        if (cached.inside()) {
            return;
        }
        if (judgement.allowed() && judgement.program() != null) {
            cached.markTaught(place, stamp);
        } else {
            cached.markNothingToTeach(place, stamp);
        }
    }

    private Answer without(List<byte[]> dropped, Answer answer, QueryView query) {
        AddressFilter filter =
                address -> dropped.stream().noneMatch(each -> Arrays.equals(each, address));
        return dropped.isEmpty() ? answer : worker.reader().without(answer, query, filter);
    }

    private Teacher.Outcome teach(
            Judgement judgement, QueryView query, Answer answer, CachedAnswer cached) {
        if (answer.addresses().isEmpty() || cached.taughtSince(place, lineageStamp)) {
            return Teacher.Outcome.LEARNED;
        }
        int ttl = Math.max(1, cached.remainingSeconds(worker.nanos()));
        PortProgram program = judgement.allowed() ? judgement.program() : null;
        if (program == null) {
            teacher.remember(query.name(), answer.addresses(), ttl);
            return Teacher.Outcome.LEARNED;
        }
        return teacher.teach(
                new LearnedAnswer(
                        policy, query.name(), answer.addresses(), ttl, program, answer.aliases()));
    }

    private void reverse(QueryView query, Client client) {
        worker.counters().add(Count.REVERSE);
        byte[] address =
                query.type() == Dns.PTR && Names.isReverse(query.nameBuffer(), query.nameLength())
                        ? ReverseName.address(query.nameBuffer(), query.nameLength())
                        : null;
        replies.names(query, client, address == null ? List.of() : names.of(address));
    }

    private void malformed(QueryView query, Client client, int code) {
        worker.counters().add(Count.MALFORMED);
        replies.error(query, client, code);
    }

    /** The proxy could not, whatever the policy says. */
    private void fail(QueryView query, Client client, int code, String reason) {
        replies.failed(query, client, ExtendedError.of(code, "fleetwall: " + reason));
    }

    /** A client that waits for an upstream. */
    private final class Asker implements Waiter {
        private final QueryView query;
        private final Client client;

        Asker(QueryView query, Client client) {
            this.query = query;
            this.client = client;
        }

        @Override
        public void resolved(CachedAnswer answer) {
            underWay--;
            if (!closed) {
                give(query, client, answer);
            }
        }

        @Override
        public void unresolved(String reason) {
            underWay--;
            CachedAnswer outlived = closed ? null : worker.cache().findOutlived(query);
            if (outlived != null) {
                worker.counters().add(Count.STALE);
                give(query, client, outlived);
                return;
            }
            worker.counters().add(Count.UNRESOLVED);
            if (!closed) {
                fail(query, client, ExtendedError.NO_REACHABLE_AUTHORITY, reason);
            }
        }
    }
}
