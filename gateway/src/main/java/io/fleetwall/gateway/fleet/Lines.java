package io.fleetwall.gateway.fleet;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** Guests in lines, one for each address they come from. */
final class Lines {
    private final SequencedMap<String, SequencedSet<Turnstile.Guest>> lines = new LinkedHashMap<>();
    private final SequencedSet<String> crowded = new LinkedHashSet<>();
    private int size;

    int size() {
        return size;
    }

    void add(Turnstile.Guest guest) {
        SequencedSet<Turnstile.Guest> line =
                lines.computeIfAbsent(guest.address(), first -> new LinkedHashSet<>());
        if (line.add(guest)) {
            size++;
        }
        if (line.size() == 2) {
            crowded.add(guest.address());
        }
    }

    void remove(Turnstile.Guest guest) {
        SequencedSet<Turnstile.Guest> line = lines.get(guest.address());
        if (line != null && line.remove(guest)) {
            size--;
            if (line.size() < 2) {
                crowded.remove(guest.address());
            }
            if (line.isEmpty()) {
                lines.remove(guest.address());
            }
        }
    }

    /** Takes the first of the line whose turn it is; the line's next turn is after all others. */
    Optional<Turnstile.Guest> next() {
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        var line = lines.pollFirstEntry();
        lines.put(line.getKey(), line.getValue());
        Turnstile.Guest next = line.getValue().getFirst();
        remove(next);
        return Optional.of(next);
    }

    /**
     * The longest line, in the order of coming; just one guest where nobody stands behind another.
     */
    SequencedSet<Turnstile.Guest> longest() {
        return crowded.stream()
                .map(lines::get)
                .max(Comparator.comparingInt(SequencedSet::size))
                .orElseGet(() -> lines.firstEntry().getValue());
    }
}
