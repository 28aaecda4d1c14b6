package io.fleetwall.node.dns.budget;

import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * One runner's budgets, a zone each. Only questions that leave the node are counted: an answer from
 * the cache carries nothing out. Shared by the workers; each call is short.
 */
public final class ZoneBudgets {
    /** Allowed zones are few, unless the default is to allow: then the oldest open one goes. */
    private static final int MAX_ZONES = 256;

    private final BudgetSettings settings;
    private final LongSupplier nanoClock;
    private final boolean counting;
    private final long seed = new SecureRandom().nextLong() | 1;
    private final SequencedMap<String, ZoneBudget> zones = new LinkedHashMap<>();

    public ZoneBudgets(BudgetSettings settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
        counting = !settings.equals(BudgetSettings.NONE);
    }

    /** Whether anything has a budget at all. */
    public boolean counting() {
        return counting;
    }

    /**
     * Counts a question; false when it is one too many.
     *
     * @param zone what the policy names, for example the base of a wildcard
     * @param name lower-case wire labels
     * @param below how many bytes of the name are below the zone
     */
    public synchronized boolean admits(String zone, byte[] name, int below) {
        if (!counting) {
            return true;
        }
        long now = nanoClock.getAsLong();
        ZoneBudget budget = zones.get(zone);
        if (budget == null) {
            makeRoom();
            budget = new ZoneBudget(settings, now);
            zones.put(zone, budget);
        }
        return budget.admits(number(name), content(name, below), now);
    }

    /** How many zones take no new names now. */
    public synchronized int closed() {
        long now = nanoClock.getAsLong();
        return (int) zones.values().stream().filter(zone -> zone.closedAt(now)).count();
    }

    private void makeRoom() {
        Iterator<ZoneBudget> oldest = zones.values().iterator();
        while (zones.size() >= MAX_ZONES && oldest.hasNext()) {
            if (!oldest.next().closed()) {
                oldest.remove();
            }
        }
        if (zones.size() >= MAX_ZONES) {
            zones.pollFirstEntry();
        }
    }

    /** 64 bits with a secret seed: nobody can choose names that are taken for one another. */
    private long number(byte[] name) {
        long number = seed;
        for (byte b : name) {
            number = (number ^ b) * 0x9e3779b97f4a7c15L;
            number ^= number >>> 29;
        }
        return number;
    }

    /** Length times entropy (Shannon) of the labels' characters, in bytes. */
    static double content(byte[] name, int below) {
        int[] counts = new int[256];
        int length = 0;
        for (int at = 0; at < below; at += 1 + name[at]) {
            for (int i = at + 1; i <= at + name[at] && i < name.length; i++) {
                counts[name[i] & 0xff]++;
                length++;
            }
        }
        double bits = 0;
        for (int count : counts) {
            bits += count == 0 ? 0 : count * Math.log((double) length / count) / Math.log(2);
        }
        return bits / 8;
    }
}
