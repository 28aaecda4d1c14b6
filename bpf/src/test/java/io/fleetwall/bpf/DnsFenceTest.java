package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In the network namespace of the test's own JVM. */
class DnsFenceTest {
    private static final String MARKED = "fwmark 0x" + Integer.toHexString(DnsFence.MARK);

    @AfterEach
    void remove() {
        DnsFence.remove();
    }

    @Test
    void theRulesStandInBothFamiliesBeforeAllOthersButTheLocalOne() {
        assertFalse(DnsFence.stands());
        DnsFence.install();
        DnsFence.install();
        assertTrue(DnsFence.stands());
        for (String family : new String[] {"-4", "-6"}) {
            String[] rules = Shell.run("ip " + family + " rule").split("\n", -1);
            assertTrue(rules[0].startsWith("0:"), rules[0]);
            assertTrue(rules[1].endsWith(MARKED + " lookup local"), rules[1]);
            assertTrue(rules[2].endsWith(MARKED + " iif lo lookup main"), rules[2]);
            assertTrue(rules[3].endsWith(MARKED + " prohibit"), rules[3]);
            assertFalse(rules[4].contains("fwmark"), "each once: " + rules[4]);
        }
    }

    @Test
    void aRuleThatSomebodyTookAwayIsMissed() {
        DnsFence.install();
        Shell.run("ip -6 rule del pref 3");
        assertFalse(DnsFence.stands());
        DnsFence.install();
        Shell.run("ip -4 rule flush");
        assertFalse(DnsFence.stands());
        Shell.run("ip -4 rule add pref 32766 lookup main");
        DnsFence.install();
        assertTrue(DnsFence.stands());
    }

    @Test
    void theRulesOfOthersStay() {
        Shell.run("ip rule add pref 2 fwmark 0x1 lookup 77");
        DnsFence.install();
        DnsFence.remove();
        DnsFence.remove();
        assertTrue(Shell.run("ip rule").contains("fwmark 0x1 lookup 77"));
        assertFalse(Shell.run("ip rule").contains(MARKED));
        Shell.run("ip rule del pref 2");
    }

    @Test
    void theClockOfNftablesTellsThatSomebodyChangedARule() {
        int before = NftablesClock.now();
        assertEquals(before, NftablesClock.now());
        Shell.run("nft add table inet other");
        int changed = NftablesClock.now();
        assertNotEquals(before, changed);
        Shell.run("nft flush ruleset");
        assertNotEquals(changed, NftablesClock.now());
    }
}
