package io.fleetwall.node.redirect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        assertFalse(Nftables.installed());
        Nftables.apply(RedirectRules.install(List.of("fw-a", "fw-b"), 5353));
        assertTrue(Nftables.installed());
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
        Nftables.apply(RedirectRules.install(List.of("fw-c"), 5354));
        String second = ruleset();
        assertTrue(second.contains("redirect to :5354"), second);
        assertFalse(second.contains("fw-a") || second.contains("5353"), second);
        Nftables.apply(RedirectRules.remove());
        assertEquals("", ruleset());
        Nftables.apply(RedirectRules.remove());
    }

    @Test
    void a_refused_transaction_leaves_the_old_rules_untouched() throws Exception {
        Nftables.apply(RedirectRules.install(List.of("fw-a"), 5353));
        String before = ruleset();
        String broken =
                RedirectRules.install(List.of("fw-b"), 5353) + "add rule inet nowhere x accept\n";
        IOException refused = assertThrows(IOException.class, () -> Nftables.apply(broken));
        assertTrue(String.valueOf(refused.getMessage()).contains("nowhere"), refused::getMessage);
        assertEquals(before, ruleset());
    }

    @Test
    void tables_of_others_are_not_touched() throws Exception {
        Nftables.apply("table inet other {}\n");
        Nftables.apply(RedirectRules.install(List.of("fw-a"), 5353));
        Nftables.apply(RedirectRules.remove());
        assertTrue(ruleset().contains("table inet other"));
        Nftables.apply("delete table inet other\n");
    }

    private static String ruleset() throws IOException {
        Process process = new ProcessBuilder("nft", "list", "ruleset").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
