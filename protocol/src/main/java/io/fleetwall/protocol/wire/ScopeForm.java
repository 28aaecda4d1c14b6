package io.fleetwall.protocol.wire;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import java.util.List;
import java.util.TreeSet;

/**
 * The wire form of scopes and jobs; a scope's digest is taken over its choice, so that never
 * changes.
 */
public final class ScopeForm {
    private ScopeForm() {}

    /** Appends a scope. */
    public static void write(WireWriter out, Scope scope) {
        out.list(List.copyOf(scope.labels()), WireWriter::text);
        out.optional(scope.job(), ScopeForm::writeJob);
    }

    /** Appends what a policy can be chosen by: labels, and the job without its run. */
    public static void writeChoice(WireWriter out, Scope scope) {
        out.list(List.copyOf(scope.labels()), WireWriter::text);
        out.optional(scope.job(), ScopeForm::writeChoice);
    }

    private static void writeChoice(WireWriter out, Job job) {
        out.text(job.organization());
        out.text(job.repository());
        out.text(job.workflow());
        out.text(job.job());
        out.text(job.ref());
    }

    static Scope read(WireReader in) throws MalformedMessageException {
        return new Scope(new TreeSet<>(in.list(WireReader::text)), in.optional(ScopeForm::readJob));
    }

    static void writeJob(WireWriter out, Job job) {
        writeChoice(out, job);
        out.text(job.runId());
        out.u32(job.attempt());
        out.text(job.actor());
    }

    static Job readJob(WireReader in) throws MalformedMessageException {
        return new Job(
                in.text(), in.text(), in.text(), in.text(), in.text(), in.text(), in.i32(),
                in.text());
    }
}
