package io.fleetwall.policy.document;

/**
 * A pattern of {@code match}: {@code *} stands for any run of characters, also none and also
 * slashes; everything else for itself. No other metacharacter, so that a name is never mistaken for
 * a pattern.
 */
public record Glob(String pattern) {
    /** {@code *}: the same as an absent key. */
    public static final Glob ANY = new Glob("*");

    /** More than any glob can reach. */
    private static final int EXACT = 1 << 20;

    /** Whether a text fits. */
    public boolean matches(String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Whether it accepts every text. */
    public boolean any() {
        return pattern.equals("*");
    }

    /**
     * How much it narrows: 0 for {@code *}, then globs by their literal characters, then exact
     * texts.
     */
    public int specificity() {
        if (any()) {
            return 0;
        }
        long stars = pattern.chars().filter(c -> c == '*').count();
        return stars == 0 ? EXACT : 1 + pattern.length() - (int) stars;
    }

    @Override
    public String toString() {
        return pattern;
    }
}
