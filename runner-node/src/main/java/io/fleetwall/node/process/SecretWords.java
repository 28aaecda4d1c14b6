package io.fleetwall.node.process;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What looks like a secret in a text, and the text without it.
 *
 * <p>Too much is taken rather than too little: an event without an argument is still an event, a
 * token in a chat channel is an incident of its own. Time is linear in the text's length, because
 * who writes it is who is watched: runs of letters are found first, each looked at once.
 */
final class SecretWords {
    /** What stands for what was taken out. */
    static final String GONE = "***";

    /** What a name may be made of; never given back once read. */
    private static final Pattern NAME = Pattern.compile("[\\w.-]++");

    /** What within a name promises a secret; {@code --author} and {@code --exclude=monkey} not. */
    private static final Pattern PROMISE =
            Pattern.compile(
                    "token|secret|passw|passphrase|pwd|credential|auth(?!or(?!iz))|cookie|session"
                            + "|signature|bearer"
                            + "|(?:^|[_.-]|account|access|api|deploy|encryption|master|private|shared"
                            + "|signing|ssh)key"
                            + "|^-*(?:pass|passin|passout|pat|sig)$",
                    Pattern.CASE_INSENSITIVE);

    /** After a name: the end of its quotation, then the sign that gives it its value. */
    private static final Pattern GIVEN = Pattern.compile("[\"'\\\\]*+\\s*+([=:])(?!//)");

    private static final Pattern SPACE = Pattern.compile("\\s++");

    /** One word, or what is quoted. */
    private static final Pattern VALUE =
            Pattern.compile("(\\\\*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\\s&\"';,]++))");

    /** As the value of a header: many words, to the end of the quotation. */
    private static final Pattern LINE =
            Pattern.compile("\\s*+(\\\\*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\"'\\n]++))");

    private static final Pattern USER =
            Pattern.compile(
                    "(?<=^|\\s)(-[uU][\\s=]*+|--(?:proxy-)?user[\\s=]++)[^\\s\"':]++:[^\\s\"']*+");

    private static final Pattern SCHEME =
            Pattern.compile("\\b(bearer|basic|digest)\\s++[^\\s\"']++", Pattern.CASE_INSENSITIVE);

    private static final Pattern USER_INFO = Pattern.compile("(://)[^/\\s\"'@]*+@");

    /** Addresses that are themselves the right to post. */
    private static final Pattern HOOK =
            Pattern.compile("(hooks\\.slack\\.com/|/api/webhooks/|webhook\\.office\\.com/)\\S++");

    /** Shapes that issuers gave their tokens so that they are found. */
    private static final Pattern SHAPE =
            Pattern.compile(
                    "\\b(?:gh[pousr]_|github_pat_|glpat-|xox[abposr]-|xapp-|npm_|pypi-|sk-|[sr]k_"
                            + "|AKIA|ASIA|AIza|ya29\\.|SG\\.|hf_|dckr_pat_|dop_v1_|shpat_|ATATT|fwt_"
                            + "|whsec_|hvs\\.|eyJ[\\w-]{8,}+\\.)[\\w.+/=-]*+");

    private static final Pattern PEM =
            Pattern.compile("(-----BEGIN [A-Z ]{0,40}KEY-----).*+", Pattern.DOTALL);

    private SecretWords() {}

    /** Whether what a name (of a flag, a variable, a header) stands for is a secret. */
    static boolean promisedBy(String name) {
        return PROMISE.matcher(name).find();
    }

    /** The text without what looks like a secret. */
    static String without(String text) {
        String left = PEM.matcher(text).replaceAll("$1" + GONE);
        left = HOOK.matcher(left).replaceAll("$1" + GONE);
        left = USER_INFO.matcher(left).replaceAll("$1" + GONE + "@");
        left = SCHEME.matcher(left).replaceAll("$1 " + GONE);
        left = named(left);
        left = USER.matcher(left).replaceAll("$1" + GONE);
        return SHAPE.matcher(left).replaceAll(GONE);
    }

    /** Takes out the values of names that promise a secret. */
    private static String named(String text) {
        StringBuilder left = new StringBuilder(text.length());
        Matcher name = NAME.matcher(text);
        int told = 0;
        int from = 0;
        while (from < text.length() && name.find(from)) {
            from = name.end();
            Optional<MatchResult> value =
                    promisedBy(name.group()) ? value(text, name) : Optional.empty();
            if (value.isPresent()) {
                left.append(text, told, value.get().start(1)).append(GONE);
                told = value.get().end(1);
                from = told;
            }
        }
        return left.append(text, told, text.length()).toString();
    }

    private static Optional<MatchResult> value(String text, Matcher name) {
        Matcher given = GIVEN.matcher(text).region(name.end(), text.length());
        if (given.lookingAt()) {
            Pattern form = given.group(1).equals(":") ? LINE : VALUE;
            return at(form, text, given.end());
        }
        Matcher space = SPACE.matcher(text).region(name.end(), text.length());
        return name.group().startsWith("-") && space.lookingAt()
                ? at(VALUE, text, space.end())
                : Optional.empty();
    }

    private static Optional<MatchResult> at(Pattern form, String text, int from) {
        Matcher value = form.matcher(text).region(from, text.length());
        return value.lookingAt() ? Optional.of(value.toMatchResult()) : Optional.empty();
    }
}
