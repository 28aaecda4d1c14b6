package io.fleetwall.policy.document;

import java.util.Collection;
import java.util.Locale;

/** Hints for words that are almost right. */
final class Spelling {
    private Spelling() {}

    /** "did you mean" the closest known word, or the list of them. */
    static String hint(String word, Collection<String> known) {
        String closest = "";
        int best = Math.max(1, word.length() / 3) + 1;
        for (String candidate : known) {
            int distance =
                    distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < best) {
                best = distance;
                closest = candidate;
            }
        }
        return closest.isEmpty()
                ? "known are " + String.join(", ", known)
                : "did you mean " + closest + "?";
    }

    /** Levenshtein, one row at a time; words are short. */
    private static int distance(String first, String second) {
        int[] row = new int[second.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= first.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (first.charAt(i - 1) == second.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[second.length()];
    }
}
