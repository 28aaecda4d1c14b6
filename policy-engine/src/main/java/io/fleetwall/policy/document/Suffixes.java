package io.fleetwall.policy.document;

import io.fleetwall.policy.document.HostPattern.Depth;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Zones in which strangers can have names: a wildcard over one allows whoever registers there.
 *
 * <p>Two small bundled lists and not the Public Suffix List: that one changes weekly, and a policy
 * must not become invalid because a gateway was upgraded. A single label is a public suffix always.
 */
final class Suffixes {
    private static final Set<String> PUBLIC = load("public-suffixes.txt");
    private static final Set<String> SHARED = load("shared-zones.txt");

    private Suffixes() {}

    /** Whether a wildcard stands over a public suffix itself. */
    static boolean isPublic(HostPattern pattern) {
        return pattern.depth() != Depth.EXACT
                && (pattern.base().indexOf('.') < 0 || PUBLIC.contains(pattern.base()));
    }

    /** Whether a wildcard reaches names in a zone that a provider shares among its customers. */
    static boolean isShared(HostPattern pattern) {
        return switch (pattern.depth()) {
            case EXACT -> false;
            case ONE_LABEL -> SHARED.stream().anyMatch(zone -> is(pattern.base(), zone));
            case MANY_LABELS ->
                    SHARED.stream()
                            .anyMatch(zone ->
                                    is(pattern.base(), zone)
                                            || zone.endsWith("." + pattern.base()));
        };
    }

    /** A zone may have a star for one label, as in {@code s3.*.amazonaws.com}. */
    private static boolean is(String base, String zone) {
        int star = zone.indexOf('*');
        if (star < 0) {
            return base.equals(zone);
        }
        String before = zone.substring(0, star);
        String after = zone.substring(star + 1);
        return base.length() > before.length() + after.length()
                && base.startsWith(before)
                && base.endsWith(after)
                && base.substring(before.length(), base.length() - after.length()).indexOf('.') < 0;
    }

    private static Set<String> load(String resource) {
        try (InputStream in = Suffixes.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + resource);
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
