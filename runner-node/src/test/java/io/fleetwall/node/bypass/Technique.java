package io.fleetwall.node.bypass;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One row of {@code bypass.tsv}.
 *
 * @param line of the threat model
 * @param name of the technique in {@code src/test/c}
 * @param argument {@code -} for none
 * @param remark {@code -} for none
 */
record Technique(
        String id,
        String line,
        String name,
        String argument,
        User user,
        Expectation container,
        Expectation vm,
        Expectation blocklist,
        String remark) {
    private static final int COLUMNS = 9;

    Technique {
        boolean explained =
                List.of(container, vm, blocklist).stream().noneMatch(Expectation::needsRemark);
        if (!explained && remark.equals("-")) {
            throw new IllegalArgumentException(id + ": not simply stopped, and no remark says why");
        }
    }

    /** Who can try it. */
    enum User {
        /** Anybody. */
        ANY,
        /** Who has CAP_NET_RAW. */
        RAW
    }

    /** What the far side is to see. */
    enum Expectation {
        STOPPED,
        LINK,
        GRANTED,
        DETECTED,
        OPEN,
        UNTRIED;

        /** Whether the mark arrives under the filter. */
        boolean arrives() {
            return this == GRANTED || this == OPEN || this == DETECTED;
        }

        private boolean needsRemark() {
            return this == LINK || this == GRANTED || this == OPEN || this == DETECTED;
        }

        private static Expectation read(String text) {
            return text.equals("-") ? UNTRIED : valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** How the filter is attached, and what is in force. */
    enum Setting {
        CONTAINER,
        VM,
        BLOCKLIST;

        /** Whether the attacker is in a namespace behind the node, or on the node itself. */
        boolean behind() {
            return this != VM;
        }
    }

    Expectation in(Setting setting) {
        return switch (setting) {
            case CONTAINER -> container;
            case VM -> vm;
            case BLOCKLIST -> blocklist;
        };
    }

    static List<Technique> all() {
        try (InputStream in = Technique.class.getResourceAsStream("/bypass.tsv")) {
            String text =
                    new String(
                            Objects.requireNonNull(in, "bypass.tsv").readAllBytes(),
                            StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(Technique::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Technique read(String row) {
        String[] cell = row.split("\t", -1);
        if (cell.length != COLUMNS) {
            throw new IllegalArgumentException(row + ": " + cell.length + " columns");
        }
        return new Technique(
                cell[0],
                cell[1],
                cell[2],
                cell[3],
                User.valueOf(cell[4].toUpperCase(Locale.ROOT)),
                Expectation.read(cell[5]),
                Expectation.read(cell[6]),
                Expectation.read(cell[7]),
                cell[8]);
    }
}
