package io.fleetwall.node.enforce;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Over which names a name led to its addresses, by its latest answer: for events, never for a
 * verdict. In memory: an agent that starts knows them again with the next answer. Thread-safe.
 */
final class Aliases {
    /** Names with aliases; at some 400 bytes each 1.6 MiB, the oldest go. */
    static final int CAPACITY = 4096;

    private final Map<String, List<String>> chains = new LinkedHashMap<>();

    /** An answer for a name came over these, in order; over none, it is forgotten. */
    synchronized void learned(WireName name, List<byte[]> aliases) {
        if (aliases.isEmpty()) {
            if (!chains.isEmpty()) {
                chains.remove(name.toString());
            }
            return;
        }
        String text = name.toString();
        chains.remove(text);
        chains.put(text, aliases.stream().map(alias -> new WireName(alias).toString()).toList());
        if (chains.size() > CAPACITY) {
            Iterator<String> oldest = chains.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** The aliases of a name in presentation form; empty when there are none. */
    synchronized List<String> of(String name) {
        return chains.getOrDefault(name, List.of());
    }
}
