package io.fleetwall.policy.document;

import java.util.List;
import java.util.Optional;

/**
 * One policy document, as its author meant it.
 *
 * @param name unique in a catalogue; {@code packs/…} names a pack, which holds rules for others to
 *     include and is never chosen for a scope itself
 * @param mode empty where the document does not state it; so are fallback, onDeny and queryTypes
 * @param include names of packs
 * @param origin where its {@code metadata.name} stands
 */
public record EgressPolicy(
        String name,
        String description,
        Match match,
        Optional<Mode> mode,
        Optional<Fallback> fallback,
        Optional<OnDeny> onDeny,
        Optional<QueryTypes> queryTypes,
        Lock lock,
        List<Include> include,
        List<Rule> allow,
        List<Rule> deny,
        Origin origin) {
    /** What the name of every pack starts with. */
    public static final String PACKS = "packs/";

    /** Whether narrower policies may change mode, default, onDeny and queryTypes. */
    public enum Lock {
        OPEN,
        LOCKED
    }

    /** One line of {@code include}. */
    public record Include(String pack, Origin origin) {}

    public EgressPolicy {
        include = List.copyOf(include);
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** Whether it is a pack. */
    public boolean isPack() {
        return name.startsWith(PACKS);
    }

    /** Whether narrower policies may not change mode, default, onDeny and queryTypes. */
    public boolean locked() {
        return lock == Lock.LOCKED;
    }
}
