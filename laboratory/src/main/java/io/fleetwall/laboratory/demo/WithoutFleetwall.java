package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.Observation;
import java.util.ArrayList;
import java.util.List;

/** The control: every attack works here, and the sniffer sees it. */
final class WithoutFleetwall {
    private final Stage stage;

    WithoutFleetwall(Stage stage) {
        this.stage = stage;
    }

    void play() {
        stage.timeline().act("Without Fleetwall: the compromised action gets what it wants");
        List<String> failed = new ArrayList<>();
        List<Attack> attacks = Attack.all(stage.secret());
        for (Attack attack : attacks) {
            int before = stage.packetsToAttacker().size();
            Observation observation = stage.jobA().perform(attack.action());
            if (stage.packetsToAttacker().size() == before) {
                failed.add(attack.name() + " " + Stage.shown(observation));
            }
        }
        stage.timeline()
                .expect(
                        Expectation.that(
                                "every way out is open",
                                failed.isEmpty(),
                                failed.isEmpty()
                                        ? attacks.size() + " of " + attacks.size() + " ways"
                                        : failed.toString()));
        long secrets = stage.secretsAtAttacker();
        stage.timeline()
                .expect(
                        Expectation.that(
                                "the sniffer sees the secret arrive at the attacker",
                                secrets > 0,
                                secrets + " packets with the secret"));
        Observation fetched = Stage.fetch(stage.jobB(), Site.REGISTRY);
        stage.timeline()
                .expect(
                        Expectation.that(
                                "the second runner fetches from the registry",
                                fetched.reached(),
                                Stage.shown(fetched)));
    }
}
