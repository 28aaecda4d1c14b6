package io.fleetwall.node.dns;

import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.policy.compiled.HostEntry;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.document.HostPattern;
import java.util.Arrays;

/**
 * Where the part of a name begins that whoever asks may choose: below the wildcard that allows it,
 * or below its last two labels where no rule names it.
 *
 * @param name in presentation form; empty when nothing can be chosen
 * @param below how many bytes of the wire name are below it
 */
record FreeZone(String name, int below) {
    private static final FreeZone NONE = new FreeZone("", 0);

    static FreeZone of(HostTable hosts, byte[] name) {
        HostEntry entry = hosts.entry(name, 0);
        if (entry == null) {
            return ending(name, 2);
        }
        return switch (entry.pattern().depth()) {
            case EXACT -> NONE;
            case ONE_LABEL, MANY_LABELS -> ending(name, labels(entry.pattern()));
        };
    }

    private static int labels(HostPattern pattern) {
        return 1 + (int) pattern.base().chars().filter(c -> c == '.').count();
    }

    private static FreeZone ending(byte[] name, int labels) {
        int count = 0;
        for (int at = 0; name[at] != 0; at += 1 + name[at]) {
            count++;
        }
        int below = 0;
        for (int i = count; i > labels; i--) {
            below += 1 + name[below];
        }
        return below == 0
                ? NONE
                : new FreeZone(Names.text(Arrays.copyOfRange(name, below, name.length)), below);
    }
}
