package io.fleetwall.node.dns;

import io.fleetwall.node.dns.DnsDenial.Cause;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.QueryTypes;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says of one query. Filled again for every query, so that judging allocates nothing;
 * belongs to one event loop.
 *
 * <p>A name may be resolved when some port of it may be reached: rules allow one, or the default
 * does and no rule denies all. The ports themselves are the kernel's business.
 */
final class Judgement {
    /** A bit for each type there can be. */
    private final long[] types = new long[1 << 10];

    private @Nullable PortProgram program;
    private @Nullable Cause cause;

    Judgement(SortedSet<Integer> queryTypes) {
        queryTypes.forEach(type -> types[type >>> 6] |= 1L << type);
    }

    Judgement of(DnsPolicy policy, QueryView query) {
        program = policy.hosts().match(query.nameBuffer(), 0);
        cause = ofName(program, policy.fallback());
        if (cause == null && !mayAsk(policy.queryTypes(), query.type())) {
            cause = Cause.QUERY_TYPE;
        }
        return this;
    }

    private boolean mayAsk(QueryTypes stated, int type) {
        return stated.stated() ? stated.has(type) : (types[type >>> 6] & (1L << type)) != 0;
    }

    boolean allowed() {
        return cause == null;
    }

    /** Why not; only of a refused query. */
    Cause cause() {
        if (cause == null) {
            throw new IllegalStateException("the query is allowed");
        }
        return cause;
    }

    /** What the kernel has to know of the name's addresses; null: nothing beyond the default. */
    @Nullable PortProgram program() {
        return program;
    }

    private static @Nullable Cause ofName(@Nullable PortProgram program, Fallback fallback) {
        boolean byDefault = fallback == Fallback.ALLOW;
        if (program == null) {
            return byDefault ? null : Cause.NO_RULE;
        }
        if (program.speaks(Effect.ALLOW) || (byDefault && program.speaks(Effect.NONE))) {
            return null;
        }
        return program.speaks(Effect.DENY) ? Cause.DENIED_BY_RULE : Cause.NO_RULE;
    }

    /** Whether the end of a CNAME is denied: by a rule that says so, never by a missing allow. */
    static boolean deniesAlias(@Nullable PortProgram program) {
        return program != null && program.speaks(Effect.DENY) && !program.speaks(Effect.ALLOW);
    }

    /** The first rule that denies; 0 without one. */
    static int denyingRule(@Nullable PortProgram program) {
        if (program != null) {
            for (int outcome : program.outcomes()) {
                if (Outcome.effect(outcome) == Effect.DENY) {
                    return Outcome.rule(outcome);
                }
            }
        }
        return 0;
    }
}
