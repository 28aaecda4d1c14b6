package io.fleetwall.node.process;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Arguments of a process as one line for people: without secrets, and without characters that a
 * terminal or a log would obey.
 */
public final class CommandLine {
    /** {@code -p} alone is a port more often than not, but never {@code -pSECRET} of mysql. */
    private static final Pattern FLAG = Pattern.compile("--?([A-Za-z][\\w.-]*)");

    private static final Pattern ASSIGNED = Pattern.compile("(-{0,2}([A-Za-z_][\\w.-]*)=).*");

    private static final Pattern USER = Pattern.compile("-u|-U|--user|--proxy-user");

    private static final Pattern CONTROL = Pattern.compile("\\p{C}");

    private static final Pattern PLAIN = Pattern.compile("[^\\s\"']+");

    private CommandLine() {}

    /** One line of what may be told. */
    public static String of(List<String> arguments) {
        List<String> words = new ArrayList<>();
        String before = "";
        for (String argument : arguments) {
            words.add(quoted(printable(word(before, argument))));
            before = argument;
        }
        return String.join(" ", words);
    }

    /** The text with a question mark for each character that is none. */
    public static String printable(String text) {
        return CONTROL.matcher(text).replaceAll("?");
    }

    private static String word(String before, String argument) {
        Matcher flag = FLAG.matcher(before);
        if (flag.matches() && SecretWords.promisedBy(flag.group(1)) && !argument.startsWith("--")) {
            return SecretWords.GONE;
        }
        if (USER.matcher(before).matches() && argument.indexOf(':') >= 0) {
            return argument.substring(0, argument.indexOf(':') + 1) + SecretWords.GONE;
        }
        Matcher assigned = ASSIGNED.matcher(argument);
        if (assigned.matches() && SecretWords.promisedBy(assigned.group(2))) {
            return assigned.group(1) + SecretWords.GONE;
        }
        return SecretWords.without(argument);
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : '"' + word.replace("\"", "\\\"") + '"';
    }
}
