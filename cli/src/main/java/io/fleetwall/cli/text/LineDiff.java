package io.fleetwall.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The difference of two texts by lines, in the unified format.
 *
 * <p>After the common head and tail are cut off, the longest common subsequence of what is between
 * is found with a table of its lengths; policy files are small, and where they are not ({@link
 * #MOST_CELLS}) the middle is shown as replaced whole.
 */
public final class LineDiff {
    /** 64 MiB of the table's ints: 4,096 changed lines against 4,096. */
    private static final long MOST_CELLS = 1L << 24;

    private static final int CONTEXT = 3;

    private LineDiff() {}

    /** One line and where it comes from: ' ', '-' or '+'. */
    private record Edit(char mark, String line) {}

    /** The lines of a unified diff, none when the texts are equal. */
    public static List<String> unified(String path, String before, String after) {
        if (before.equals(after)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add("--- " + (before.isEmpty() ? "/dev/null" : path));
        lines.add("+++ " + (after.isEmpty() ? "/dev/null" : path));
        lines.addAll(hunks(edits(before.lines().toList(), after.lines().toList())));
        return lines;
    }

    private static List<Edit> edits(List<String> a, List<String> b) {
        int head = 0;
        while (head < a.size() && head < b.size() && a.get(head).equals(b.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < a.size() - head
                && tail < b.size() - head
                && a.get(a.size() - 1 - tail).equals(b.get(b.size() - 1 - tail))) {
            tail++;
        }
        List<Edit> edits = new ArrayList<>();
        a.subList(0, head).forEach(line -> edits.add(new Edit(' ', line)));
        edits.addAll(middle(a.subList(head, a.size() - tail), b.subList(head, b.size() - tail)));
        a.subList(a.size() - tail, a.size()).forEach(line -> edits.add(new Edit(' ', line)));
        return edits;
    }

    private static List<Edit> middle(List<String> a, List<String> b) {
        if ((long) a.size() * b.size() > MOST_CELLS) {
            List<Edit> replaced = new ArrayList<>();
            a.forEach(line -> replaced.add(new Edit('-', line)));
            b.forEach(line -> replaced.add(new Edit('+', line)));
            return replaced;
        }
        int[][] common = commonLengths(a, b);
        List<Edit> edits = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
                edits.add(new Edit(' ', a.get(i++)));
                j++;
            } else if (i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1])) {
                edits.add(new Edit('-', a.get(i++)));
            } else {
                edits.add(new Edit('+', b.get(j++)));
            }
        }
        return edits;
    }

    /** How many lines {@code a} from i on and {@code b} from j on have in common, in order. */
    private static int[][] commonLengths(List<String> a, List<String> b) {
        int[][] common = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                common[i][j] =
                        a.get(i).equals(b.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private static List<String> hunks(List<Edit> edits) {
        boolean[] shown = new boolean[edits.size()];
        for (int i = 0; i < edits.size(); i++) {
            if (edits.get(i).mark() != ' ') {
                Arrays.fill(
                        shown,
                        Math.max(0, i - CONTEXT),
                        Math.min(edits.size(), i + CONTEXT + 1),
                        true);
            }
        }
        List<String> lines = new ArrayList<>();
        int before = 0;
        int after = 0;
        for (int i = 0; i < edits.size(); i++) {
            if (shown[i] && (i == 0 || !shown[i - 1])) {
                lines.add(header(edits, shown, i).at(before + 1, after + 1));
            }
            Edit edit = edits.get(i);
            if (shown[i]) {
                lines.add(edit.mark() + edit.line());
            }
            before += edit.mark() == '+' ? 0 : 1;
            after += edit.mark() == '-' ? 0 : 1;
        }
        return lines;
    }

    private record Header(int before, int after) {
        String at(int firstBefore, int firstAfter) {
            return "@@ -%d,%d +%d,%d @@"
                    .formatted(
                            before == 0 ? firstBefore - 1 : firstBefore,
                            before,
                            after == 0 ? firstAfter - 1 : firstAfter,
                            after);
        }
    }

    private static Header header(List<Edit> edits, boolean[] shown, int start) {
        int before = 0;
        int after = 0;
        for (int i = start; i < edits.size() && shown[i]; i++) {
            before += edits.get(i).mark() == '+' ? 0 : 1;
            after += edits.get(i).mark() == '-' ? 0 : 1;
        }
        return new Header(before, after);
    }
}
