package io.fleetwall.policy.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The problems of one document while it is read: reading goes on, so that all are found at once.
 */
final class ProblemLog {
    private final String file;
    private final List<Problem> problems = new ArrayList<>();

    ProblemLog(String file) {
        this.file = file;
    }

    void report(ProblemCode code, Node at, String message, String hint) {
        report(code, origin(at), message, hint);
    }

    void report(ProblemCode code, Origin origin, String message, String hint) {
        problems.add(Problem.of(code, origin, message, hint));
    }

    Origin origin(Node node) {
        return origin(node.getStartMark());
    }

    /** The engine counts from 0, people from 1. */
    Origin origin(Optional<Mark> mark) {
        return mark.map(m -> new Origin(file, m.getLine() + 1, m.getColumn() + 1)).orElse(start());
    }

    Origin start() {
        return new Origin(file, 1, 1);
    }

    Origin at(int line, int column) {
        return new Origin(file, line, column);
    }

    boolean hasErrors() {
        return problems.stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
    }

    /** By line and column. */
    List<Problem> sorted() {
        return problems.stream().distinct().sorted(Problem.BY_PLACE).toList();
    }
}
