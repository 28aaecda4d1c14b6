package io.fleetwall.policy.compiled;

import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.catalogue.ScopedRule;
import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.document.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rule id each rule of an effective policy gets: denies first, general to specific, as they
 * stand in their files. Where two rules of equal effect and equal subject meet, the lower id is
 * named as the one that decided: the broadest policy's.
 *
 * @param lines in id order
 * @param rules by id minus one; with {@link Detail#BLOCKS} fewer than lines
 */
record Attribution(List<Line> lines, List<CompiledRule> rules) {
    /** How precisely events name the rule. */
    enum Detail {
        /** Every rule has its own id. */
        RULES,
        /**
         * Neighbours in one file that differ in their subject only share an id. A blocklist of a
         * hundred thousand prefixes would otherwise need a hundred thousand 1 KiB programs.
         */
        BLOCKS
    }

    /** One rule with what the tables say of it. */
    record Line(Rule rule, int outcome) {}

    static Attribution of(EffectivePolicy policy, Detail detail) {
        List<Line> lines = new ArrayList<>(policy.allow().size() + policy.deny().size());
        List<CompiledRule> rules = new ArrayList<>();
        add(policy.deny(), Effect.DENY, detail, new Attribution(lines, rules));
        add(policy.allow(), Effect.ALLOW, detail, new Attribution(lines, rules));
        return new Attribution(lines, rules);
    }

    private static void add(
            List<ScopedRule> scoped, Effect effect, Detail detail, Attribution into) {
        int at = 0;
        while (at < scoped.size()) {
            int end = detail == Detail.RULES ? at + 1 : blockEnd(scoped, at);
            into.rules.add(describe(scoped.get(at), effect, end - at));
            int outcome = Outcome.of(effect, into.rules.size());
            for (; at < end; at++) {
                into.lines.add(new Line(scoped.get(at).rule(), outcome));
            }
        }
    }

    private static int blockEnd(List<ScopedRule> scoped, int start) {
        int end = start + 1;
        while (end < scoped.size() && sameBlock(scoped.get(start), scoped.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean sameBlock(ScopedRule first, ScopedRule next) {
        return first.policy().equals(next.policy())
                && first.rule().getClass() == next.rule().getClass()
                && first.rule().ports().equals(next.rule().ports())
                && first.rule().reason().equals(next.rule().reason());
    }

    private static CompiledRule describe(ScopedRule scoped, Effect effect, int count) {
        Rule rule = scoped.rule();
        String text =
                CompiledRule.text(effect, rule, count > 1 ? " and " + (count - 1) + " more" : "");
        return new CompiledRule(
                scoped.policy(), rule.origin().file(), rule.origin().line(), text, rule.reason());
    }
}
