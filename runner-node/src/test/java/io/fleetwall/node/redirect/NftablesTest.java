package io.fleetwall.node.redirect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In the network namespace of the test's own JVM. */
class NftablesTest {
    @AfterEach
    void remove() throws IOException {
        Nftables.apply(RedirectRules.remove());
    }

    @Test
    void the_rules_are_installed_replaced_and_removed_as_a_whole() throws Exception {
        assertEquals("", Nftables.listing());
        Nftables.apply(rules(5353, "fw-a", "fw-b"));
        assertNotEquals("", Nftables.listing());
        String first = ruleset();
        for (String expected :
                List.of(
                        "\"fw-a\"",
                        "\"fw-b\"",
                        "iifname @runners udp dport 53 redirect to :5353",
                        "iifname @runners tcp dport 53 redirect to :5353",
                        "th dport { 53, 853 } counter",
                        "jump from_runner")) {
            assertTrue(first.contains(expected), () -> expected + " in " + first);
        }
        Nftables.apply(rules(5354, "fw-c"));
        String second = ruleset();
        assertTrue(second.contains("redirect to :5354"), second);
        assertFalse(second.contains("fw-a") || second.contains("5353"), second);
        Nftables.apply(RedirectRules.remove());
        assertEquals("", ruleset());
        Nftables.apply(RedirectRules.remove());
    }

    @Test
    void a_refused_transaction_leaves_the_old_rules_untouched() throws Exception {
        Nftables.apply(rules(5353, "fw-a"));
        String before = ruleset();
        String broken = rules(5353, "fw-b") + "add rule inet nowhere x accept\n";
        IOException refused = assertThrows(IOException.class, () -> Nftables.apply(broken));
        assertTrue(String.valueOf(refused.getMessage()).contains("nowhere"), refused::getMessage);
        assertEquals(before, ruleset());
    }

    @Test
    void tables_of_others_are_not_touched() throws Exception {
        Nftables.apply("table inet other {}\n");
        Nftables.apply(rules(5353, "fw-a"));
        Nftables.apply(RedirectRules.remove());
        assertTrue(ruleset().contains("table inet other"));
        Nftables.apply("delete table inet other\n");
    }

    @Test
    void a_machine_redirects_what_it_sends_but_for_the_agents_control_group() throws Exception {
        RedirectPlan plan =
                new RedirectPlan(new TreeSet<>(), Optional.of(new ControlGroup("a/b", 2, 7)), 5353);
        String rules = RedirectRules.install(plan);
        assertTrue(rules.contains("socket cgroupv2 level 2 \"a/b\" return"), rules);
        assertTrue(rules.indexOf("return") < rules.indexOf("udp dport 53 redirect"), rules);
        assertFalse(rules.contains("iifname"), rules);
    }

    private static String rules(int port, String... runners) {
        return RedirectRules.install(
                new RedirectPlan(new TreeSet<>(List.of(runners)), Optional.empty(), port));
    }

    private static String ruleset() throws IOException {
        Process process = new ProcessBuilder("nft", "list", "ruleset").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
