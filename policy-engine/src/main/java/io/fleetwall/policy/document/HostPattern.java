package io.fleetwall.policy.document;

/**
 * A host name, or a wildcard over the names below one.
 *
 * @param depth how many labels the pattern adds in front of {@code base}
 * @param base lower-case ASCII name (A-labels, no trailing dot): the apex, never matched by a
 *     wildcard itself
 */
public record HostPattern(Depth depth, String base) {
    /** RFC 1035: 255 octets on the wire are 253 characters of text. */
    public static final int MAX_LENGTH = 253;

    /** What stands in front of the base name. */
    public enum Depth {
        /** {@code host.example}: this name only. */
        EXACT,
        /** {@code *.example}: exactly one label more. */
        ONE_LABEL,
        /** {@code **.example}: one or more labels more. */
        MANY_LABELS
    }

    public HostPattern {
        if (!isName(base)) {
            throw new IllegalArgumentException("not a host name: " + base);
        }
    }

    /** Whether a name (lower case, no trailing dot) fits. The naive form of {@code HostTable}. */
    public boolean matches(String name) {
        if (depth == Depth.EXACT) {
            return name.equals(base);
        }
        if (!name.endsWith("." + base)) {
            return false;
        }
        String prefix = name.substring(0, name.length() - base.length() - 1);
        return !prefix.isEmpty() && (depth == Depth.MANY_LABELS || prefix.indexOf('.') < 0);
    }

    /** Letters, digits, inner hyphens, and the underscore of service names; 1 to 63 a label. */
    private static boolean isName(String text) {
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '.') {
                if (i == start
                        || i - start > 63
                        || text.charAt(start) == '-'
                        || text.charAt(i - 1) == '-') {
                    return false;
                }
                start = i + 1;
            } else if (!isNameCharacter(text.charAt(i))) {
                return false;
            }
        }
        return text.length() <= MAX_LENGTH;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    @Override
    public String toString() {
        return switch (depth) {
            case EXACT -> base;
            case ONE_LABEL -> "*." + base;
            case MANY_LABELS -> "**." + base;
        };
    }
}
