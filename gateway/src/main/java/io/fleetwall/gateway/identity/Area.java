package io.fleetwall.gateway.identity;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A part of the API that a token can be limited to. */
public enum Area {
    POLICIES,
    FLEET,
    EVENTS,
    IDENTITY,
    METRICS;

    /** The area of this name. */
    public static Optional<Area> of(String name) {
        return Arrays.stream(values()).filter(area -> area.toString().equals(name)).findFirst();
    }

    /** Every area there is. */
    public static Set<Area> all() {
        return EnumSet.allOf(Area.class);
    }

    static String write(Set<Area> areas) {
        return areas.stream().map(Area::toString).sorted().collect(Collectors.joining(","));
    }

    static Set<Area> read(String text) {
        Set<Area> areas = EnumSet.noneOf(Area.class);
        for (String name : text.split(",", -1)) {
            of(name).ifPresent(areas::add);
        }
        return areas;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
