package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.Lab;
import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.Action;
import io.fleetwall.laboratory.job.JobProcess;
import io.fleetwall.laboratory.job.Observation;
import io.fleetwall.laboratory.sniffer.Packet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What all acts play with.
 *
 * @param secret what the compromised action steals
 */
record Stage(
        Timeline timeline,
        Path directory,
        Installation installation,
        Lab lab,
        JobProcess jobA,
        JobProcess jobB,
        String secret) {

    /** Packets to the attacker's addresses, from anybody, so far. */
    List<Packet> packetsToAttacker() {
        lab.sniffer().settle();
        return lab.sniffer().packets(Stage::hostile);
    }

    /** That not one more packet arrived at the attacker than these. */
    Expectation nothingMoreThan(List<Packet> before) {
        List<Packet> all = packetsToAttacker();
        List<Packet> more = all.subList(before.size(), all.size());
        return Expectation.that(
                "nothing arrived at the attacker (sniffer on the internet side)",
                more.isEmpty(),
                more.size()
                        + " packets"
                        + (more.isEmpty() ? "" : ", the first: " + more.getFirst()));
    }

    /** Packets to the attacker's addresses that carry the secret, so far. */
    long secretsAtAttacker() {
        lab.sniffer().settle();
        byte[] needle = secret.getBytes(StandardCharsets.US_ASCII);
        return lab.sniffer().count(packet -> hostile(packet) && packet.contains(needle));
    }

    private static boolean hostile(Packet packet) {
        return Site.at(packet.destination()).filter(Site::hostile).isPresent();
    }

    /** A fetch over TLS by name. */
    static Observation fetch(JobProcess job, Site site) {
        return job.perform(new Action.Fetch("https://" + site.host() + "/"));
    }

    /** An observation in the words of a build's log. */
    static String shown(Observation observation) {
        if (observation.reached()) {
            return observation.detail();
        }
        return switch (observation.error()) {
            case "name" -> "name not resolved";
            case "refused" -> "connection refused";
            case "reset" -> "connection reset";
            case "prohibited" -> "administratively prohibited";
            default -> observation.error();
        };
    }

    static String v4(Site site) {
        return site.v4().getHostAddress();
    }

    static String v6(Site site) {
        return site.v6().getHostAddress();
    }
}
