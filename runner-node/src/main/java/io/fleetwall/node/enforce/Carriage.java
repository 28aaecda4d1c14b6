package io.fleetwall.node.enforce;

import io.fleetwall.node.enforce.LearnedBook.Claim;
import io.fleetwall.node.enforce.LearnedBook.Known;
import io.fleetwall.node.enforce.LearnedBook.Lesson;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries what one table set has learned over to another, decided anew by the other policy's hosts.
 * What that policy does not name is left out.
 *
 * <p>In portions, so that what is made on the way is garbage at once and does not grow old: tens of
 * thousands of addresses would otherwise be moved through the heap with each change of policy.
 */
final class Carriage {
    private static final int PORTION = 512;

    private final LearnedBook from;
    private final HostTable hosts;
    private final long floor;
    private boolean whole = true;

    /**
     * @param floor nothing expires before: connections that outlived their name's TTL get the time
     *     to send one packet under the new policy
     */
    Carriage(LearnedBook from, HostTable hosts, long floor) {
        this.from = from;
        this.hosts = hosts;
        this.floor = floor;
    }

    /**
     * Returns when the kernel has it.
     *
     * @return whether the other book now holds every name that this one was ever taught
     */
    boolean to(LearnedBook next) {
        long[] addresses = from.addresses();
        next.room(addresses.length / 2);
        List<Lesson> portion = new ArrayList<>(PORTION);
        for (int at = 0; at < addresses.length; at += 2) {
            Known known = from.known(new Address(addresses[at], addresses[at + 1]));
            if (known != null) {
                whole &= !known.crowded();
                decide(known, portion);
            }
            if (portion.size() >= PORTION) {
                next.learn(portion);
                portion.clear();
            }
        }
        next.learn(portion);
        return whole;
    }

    private void decide(Known known, List<Lesson> lessons) {
        for (Claim claim : known.claims()) {
            PortProgram program = hosts.match(claim.name().labels(), 0);
            if (program == null) {
                whole = false;
            } else {
                long expiresAt = Math.max(floor, claim.expiresAt());
                lessons.add(new Lesson(List.of(known.address()), claim.saying(program, expiresAt)));
            }
        }
    }
}
