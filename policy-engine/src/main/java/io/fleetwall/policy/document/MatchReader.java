package io.fleetwall.policy.document;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The value of {@code match}. */
final class MatchReader {
    private static final List<String> KEYS =
            List.of("organization", "repository", "workflow", "job", "ref", "runnerLabels");

    /** What the forges themselves allow for a repository's full name, doubled. */
    private static final int MAX_LENGTH = 255;

    private final Section section;
    private final ProblemLog log;

    private MatchReader(Section section) {
        this.section = section;
        this.log = section.log();
    }

    static Match read(Node node, ProblemLog log) {
        return new MatchReader(Section.of(node, KEYS, log)).read();
    }

    private Match read() {
        Glob organization = glob("organization");
        Glob repository = glob("repository");
        owner(organization, repository);
        return new Match(
                organization, repository, glob("workflow"), glob("job"), glob("ref"), labels());
    }

    private Glob glob(String key) {
        String text = section.text(key);
        Node at = section.value(key);
        if (text == null || at == null) {
            return Glob.ANY;
        }
        if (text.isBlank() || text.length() > MAX_LENGTH) {
            log.report(
                    ProblemCode.MATCH,
                    at,
                    key + " has " + text.length() + " characters",
                    "remove the key to match any; at most " + MAX_LENGTH + " characters");
        } else if (text.contains("**")) {
            log.report(
                    ProblemCode.MATCH,
                    at,
                    "** in " + key,
                    "one star stands for any run of characters, also slashes: "
                            + text.replaceAll("\\*+", "*"));
        } else if (key.equals("repository") && text.indexOf('/') < 0 && text.indexOf('*') < 0) {
            log.report(
                    ProblemCode.MATCH,
                    at,
                    "repository " + text + " lacks its owner",
                    "write owner/" + text + ", or */" + text + " for any owner");
        }
        return new Glob(text);
    }

    /** An owner that contradicts the organization is a slip of the pen, not a policy. */
    private void owner(Glob organization, Glob repository) {
        int slash = repository.pattern().indexOf('/');
        Node at = section.value("repository");
        if (at == null || slash < 0 || organization.any()) {
            return;
        }
        String owner = repository.pattern().substring(0, slash).toLowerCase(Locale.ROOT);
        String wanted = organization.pattern().toLowerCase(Locale.ROOT);
        if (owner.indexOf('*') < 0 && !new Glob(wanted).matches(owner)) {
            log.report(
                    ProblemCode.MATCH_NEVER,
                    at,
                    "no repository of " + organization + " is called " + repository,
                    "correct the owner, or remove organization");
        }
    }

    private SortedSet<String> labels() {
        SortedSet<String> labels = new TreeSet<>();
        for (ScalarNode label : section.texts("runnerLabels")) {
            if (label.getValue().isBlank() || label.getValue().indexOf('*') >= 0) {
                log.report(
                        ProblemCode.MATCH,
                        label,
                        "\"" + label.getValue() + "\" is not a runner label",
                        "labels are compared whole, without stars; the runner must have all");
            }
            labels.add(label.getValue());
        }
        return labels;
    }
}
