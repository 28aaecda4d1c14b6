package io.fleetwall.node.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** Of a process that has more nobody reads more, and no event has room for it. */
    private static final int MOST = 4_096;

    /** One-letter flags that say a secret to some tools and something else to most. */
    private static final Map<String, String> FLAGS =
            Map.ofEntries(
                    Map.entry("mysql", "-p"),
                    Map.entry("mysqldump", "-p"),
                    Map.entry("mysqladmin", "-p"),
                    Map.entry("mariadb", "-p"),
                    Map.entry("mariadb-dump", "-p"),
                    Map.entry("sshpass", "-p"),
                    Map.entry("redis-cli", "-a"),
                    Map.entry("curl", "-b"));

    /** Where {@code -p} is a password once it is about logging in, and a port before. */
    private static final Set<String> LOGIN = Set.of("docker", "podman", "nerdctl", "helm", "oras");

    private static final Pattern CONTROL = Pattern.compile("\\p{C}");

    private static final Pattern PLAIN = Pattern.compile("[^\\s\"']+");

    private CommandLine() {}

    /** One line of what may be told. */
    public static String of(List<String> arguments) {
        List<String> words = new ArrayList<>();
        String before = "";
        String flag = flag(arguments);
        int room = MOST;
        for (String whole : arguments) {
            if (room <= 0) {
                words.add("…");
                break;
            }
            String argument = whole.length() <= room ? whole : whole.substring(0, room) + "…";
            room -= argument.length() + 1;
            words.add(quoted(printable(afterFlag(flag, before, argument))));
            before = argument;
        }
        return String.join(" ", words);
    }

    /** The tool's one-letter flag whose value is a secret; empty for most tools. */
    private static String flag(List<String> arguments) {
        if (arguments.isEmpty()) {
            return "";
        }
        String path = arguments.getFirst();
        String tool = path.substring(path.lastIndexOf('/') + 1);
        boolean login = LOGIN.contains(tool) && arguments.contains("login");
        return login ? "-p" : FLAGS.getOrDefault(tool, "");
    }

    private static String afterFlag(String flag, String before, String argument) {
        if (flag.isEmpty()) {
            return word(before, argument);
        }
        if (argument.length() > 2 && argument.startsWith(flag)) {
            return flag + SecretWords.GONE;
        }
        return before.equals(flag) ? SecretWords.GONE : word(before, argument);
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
            return SecretWords.GONE;
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
