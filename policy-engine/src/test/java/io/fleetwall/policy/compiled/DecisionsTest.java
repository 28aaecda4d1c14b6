package io.fleetwall.policy.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.policy.Data;
import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.document.Rule;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.verdict.Considered;
import io.fleetwall.policy.verdict.Destination;
import io.fleetwall.policy.verdict.Explanation;
import io.fleetwall.policy.verdict.Frames;
import io.fleetwall.policy.verdict.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of {@code decisions.txt}, once by the rules themselves and once by the tables. */
class DecisionsTest {
    private static final Scope ANYBODY = new Scope(new TreeSet<>(), Optional.empty());

    record Row(String policy, String to, String gives) {
        @Override
        public String toString() {
            return to + " => " + gives + " under " + policy;
        }
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        String policy = "";
        for (String line : Data.lines("decisions.txt")) {
            if (line.startsWith("policy ")) {
                policy = line.substring(7);
            } else {
                String[] sides = line.split(" => ", 2);
                rows.add(new Row(policy, sides[0], sides[1]));
            }
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void the_rules_say(Row row) {
        Catalogue catalogue = Data.catalogue(row.policy());
        Explanation explanation = Explanation.explain(catalogue, ANYBODY, destination(row.to()));
        String rule =
                explanation
                        .decidedBy()
                        .map(decisive -> " " + number(catalogue.effective(ANYBODY), decisive))
                        .orElse("");
        assertEquals(row.gives(), explanation.reason() + rule);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void the_tables_say(Row row) {
        EffectivePolicy effective = Data.catalogue(row.policy()).effective(ANYBODY);
        CompiledPolicy compiled = Frames.compiled(effective);
        Judgement judgement = Frames.judge(compiled, destination(row.to()));
        int rule = judgement.rule();
        int denies = effective.deny().size();
        String name = rule <= denies ? "d" + (rule - 1) : "a" + (rule - denies - 1);
        assertEquals(row.gives(), judgement.reason() + (rule == 0 ? "" : " " + name));
    }

    private static String number(EffectivePolicy effective, Considered decisive) {
        for (int i = 0; i < effective.deny().size(); i++) {
            if (is(effective.deny().get(i).rule(), decisive)) {
                return "d" + i;
            }
        }
        for (int i = 0; i < effective.allow().size(); i++) {
            if (is(effective.allow().get(i).rule(), decisive)) {
                return "a" + i;
            }
        }
        throw new AssertionError(decisive + " is not in force");
    }

    private static boolean is(Rule rule, Considered decisive) {
        return rule.origin().equals(decisive.origin());
    }

    private static Destination destination(String text) {
        String[] words = text.split(" ", 2);
        String[] hostAndAddress = words[0].split("@", 2);
        boolean echo = words[1].equals("icmp-echo");
        PortClass portClass =
                echo
                        ? PortClass.ICMP_ECHO
                        : words[1].endsWith("/udp") ? PortClass.UDP : PortClass.TCP;
        int port = echo ? 0 : Integer.parseInt(words[1].substring(0, words[1].indexOf('/')));
        return hostAndAddress.length == 1
                ? Destination.of(words[0], portClass, port)
                : new Destination(
                        Optional.of(hostAndAddress[0]),
                        Optional.of(Address.of(hostAndAddress[1])),
                        portClass,
                        port);
    }
}
