package io.fleetwall.node.process;

import java.util.regex.Pattern;

/**
 * What looks like a secret in a text, and the text without it.
 *
 * <p>Too much is taken rather than too little: an event without an argument is still an event, a
 * token in a chat channel is an incident of its own.
 */
final class SecretWords {
    /** What stands for what was taken out. */
    static final String GONE = "***";

    /** A name that promises a secret; {@code --author} does not. */
    private static final String NAMED =
            "[\\w.-]*(?:token|secret|passw|passphrase|pwd|credential|auth(?!or(?!iz))|cookie"
                    + "|session|signature|bearer|(?:^|[_.-]|api|access|private)key)[\\w.-]*";

    private static final Pattern NAME = Pattern.compile(NAMED, Pattern.CASE_INSENSITIVE);

    private static final String VALUE = "(?:\"[^\"]*\"?|'[^']*'?|[^\\s&\"';,]+)";

    /** {@code name: value} to the end of the quotation, as headers are; the rest of the words. */
    private static final Pattern HEADER =
            Pattern.compile("(" + NAMED + "\\s*:)(?!//)[^\"'\\n]+", Pattern.CASE_INSENSITIVE);

    private static final Pattern ASSIGNED =
            Pattern.compile("(" + NAMED + "\\s*=)" + VALUE, Pattern.CASE_INSENSITIVE);

    private static final Pattern FLAG =
            Pattern.compile("(--?" + NAMED + "\\s+)" + VALUE, Pattern.CASE_INSENSITIVE);

    private static final Pattern USER =
            Pattern.compile("((?:^|\\s)(?:-u|-U|--user|--proxy-user)[\\s=]+)[^\\s\"':]+:\\S+");

    private static final Pattern SCHEME =
            Pattern.compile("\\b(bearer|basic|digest)\\s+[^\\s\"']+", Pattern.CASE_INSENSITIVE);

    private static final Pattern USER_INFO = Pattern.compile("(://)[^/\\s\"'@]*@");

    /** Shapes that issuers gave their tokens so that they are found. */
    private static final Pattern SHAPE =
            Pattern.compile(
                    "\\b(?:gh[pousr]_|github_pat_|glpat-|xox[abposr]-|npm_|pypi-|sk-|AKIA|ASIA"
                            + "|hvs\\.|eyJ[\\w-]{8,}\\.)[\\w.+/=-]*");

    private SecretWords() {}

    /** Whether what a name (of a flag, a variable, a header) stands for is a secret. */
    static boolean promisedBy(String name) {
        return NAME.matcher(name).matches();
    }

    /** The text without what looks like a secret. */
    static String without(String text) {
        String left = USER_INFO.matcher(text).replaceAll("$1" + GONE + "@");
        left = SCHEME.matcher(left).replaceAll("$1 " + GONE);
        left = HEADER.matcher(left).replaceAll("$1 " + GONE);
        left = ASSIGNED.matcher(left).replaceAll("$1" + GONE);
        left = FLAG.matcher(left).replaceAll("$1" + GONE);
        left = USER.matcher(left).replaceAll("$1" + GONE);
        return SHAPE.matcher(left).replaceAll(GONE);
    }
}
