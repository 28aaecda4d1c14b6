package io.fleetwall.policy.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.Data;
import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.document.PortClass;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final Scope ANYBODY = new Scope(new TreeSet<>(), Optional.empty());
    private static final String SPEC =
            """
            { allow: [ { host: "**.a.example", reason: uploads }, { host: x.a.example, ports: [80] },
                       { host: x.a.example, ports: [any], expires: 2026-05-01T00:00:00Z } ],
              deny: [ { host: "**.a.example", ports: [25] } ] }
            """;

    @Test
    void every_rule_that_names_the_destination_is_shown_with_its_part() {
        Explanation explanation = explain(SPEC, Destination.of("x.a.example", PortClass.TCP, 443));
        assertEquals(
                """
                allowed: x.a.example 443/tcp
                  because policy.yaml:4:18 says allow host **.a.example ports 443/tcp
                  policies policy
                  other port  policy.yaml:6:11  deny host **.a.example ports 25/tcp  (policy)
                  other port  policy.yaml:4:61  allow host x.a.example ports 80/tcp  (policy)
                  expired     policy.yaml:5:12  allow host x.a.example ports any  (policy)
                  decides     policy.yaml:4:18  allow host **.a.example ports 443/tcp  (policy)  # uploads
                  note: holds for the addresses the node's DNS proxy learns for the name; a deny for one of their networks comes first
                """,
                explanation.text());
    }

    @Test
    void an_expired_rule_explains_a_denial() {
        Explanation explanation = explain(SPEC, Destination.of("x.a.example", PortClass.TCP, 22));
        assertEquals(Reason.DENIED_BY_DEFAULT, explanation.reason());
        assertTrue(explanation.text().contains("expired     policy.yaml:5:12"), explanation.text());
    }

    @Test
    void audit_mode_passes_and_says_so() {
        Destination destination = Destination.of("b.example", PortClass.TCP, 443);
        Explanation explanation = explain("{ mode: audit }", destination);
        assertTrue(explanation.passes());
        assertFalse(explanation.reason().allowed());
        assertTrue(explanation.text().startsWith("passes in audit mode"), explanation.text());
    }

    @Test
    void no_fitting_policy_is_said_in_so_many_words() {
        Explanation explanation =
                Explanation.explain(
                        Catalogue.empty(1, Data.NOW),
                        ANYBODY,
                        Destination.of("192.0.2.1", PortClass.UDP, 443));
        assertTrue(explanation.text().contains("none fits: deny all"), explanation.text());
    }

    @Test
    void an_embedded_address_is_named() {
        Destination destination = Destination.of("64:ff9b::192.0.2.1", PortClass.TCP, 443);
        String text = explain("{ allow: [{ cidr: 192.0.2.0/24 }] }", destination).text();
        assertTrue(text.contains("judged as the IPv4 address it carries, 192.0.2.1"), text);
    }

    private static Explanation explain(String spec, Destination destination) {
        return Explanation.explain(Data.catalogue(spec), ANYBODY, destination);
    }
}
