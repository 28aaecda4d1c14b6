package io.fleetwall.cli.text;

import java.util.regex.Pattern;

/**
 * Text of others for a terminal: in one line, without what a terminal would obey and without what
 * turns the direction of writing.
 */
public final class Printable {
    private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\u2028\\u2029]");

    private Printable() {}

    /** The text with a question mark for each character that is none. */
    public static String of(String text) {
        return UNSEEN.matcher(text).replaceAll("?");
    }
}
