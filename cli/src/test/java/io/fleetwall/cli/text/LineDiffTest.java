package io.fleetwall.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineDiffTest {
    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> i + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void equalTextsDoNotDiffer() {
        assertEquals(List.of(), LineDiff.unified("f", "a\n", "a\n"));
    }

    @Test
    void changesFarApartAreHunksOfTheirOwnWithThreeLinesAround() {
        String before = lines(1, 20);
        String after = before.replace("\n5\n", "\nfive\n").replace("\n16\n", "\n16\n16b\n");
        assertEquals(
                List.of(
                        "--- f",
                        "+++ f",
                        "@@ -2,7 +2,7 @@",
                        " 2",
                        " 3",
                        " 4",
                        "-5",
                        "+five",
                        " 6",
                        " 7",
                        " 8",
                        "@@ -14,6 +14,7 @@",
                        " 14",
                        " 15",
                        " 16",
                        "+16b",
                        " 17",
                        " 18",
                        " 19"),
                LineDiff.unified("f", before, after));
    }

    @Test
    void aNewFileComesFromNowhere() {
        assertEquals(
                List.of("--- /dev/null", "+++ f", "@@ -0,0 +1,1 @@", "+a"),
                LineDiff.unified("f", "", "a\n"));
    }
}
