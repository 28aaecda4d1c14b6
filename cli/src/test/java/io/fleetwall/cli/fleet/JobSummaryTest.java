package io.fleetwall.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import io.fleetwall.cli.StubGateway;
import io.fleetwall.cli.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Code;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The summary of a job as its reader meets it: through a parser of GitHub's Markdown. */
class JobSummaryTest {
    private static final List<Extension> GITHUB =
            List.of(TablesExtension.create(), AutolinkExtension.create());
    private static final String LOSSES =
            "GET /api/v1/events:search?limit=1000&from=2026-11-22T10:00:00.123Z"
                    + "&until=2026-11-22T10:01:01Z&where=kind+==+loss+and+node+in+[\"node-7\"]";
    private final StubGateway gateway = new StubGateway();

    JobSummaryTest() throws IOException {}

    @AfterEach
    void close() {
        gateway.close();
    }

    private static ObjectNode denied(String verdict, String name, int count) throws IOException {
        String sample =
                Files.readAllLines(Path.of("..", "docs", "events", "samples", "file.ndjson"))
                        .getFirst();
        ObjectNode event = (ObjectNode) Json.read(sample);
        event.put("count", count);
        ((ObjectNode) event.path("destination")).put("name", name);
        ((ObjectNode) event.path("judgement")).put("verdict", verdict);
        return event;
    }

    private static ObjectNode said(String kind) {
        ObjectNode event = Json.object();
        return event.put("kind", kind).put("at", "2026-11-22T10:00:01Z").put("node", "node-7");
    }

    private void found(ObjectNode... events) {
        gateway.on("GET /api/v1/events:search", 200, answer(List.of(events)));
        gateway.on(LOSSES, 200, answer(List.of()));
    }

    private static String answer(List<ObjectNode> events) {
        return "{\"events\":" + events + ",\"complete\":true}";
    }

    private String summary(String... more) {
        List<String> words = new ArrayList<>(List.of("events", "summary", "--run", "4711"));
        Collections.addAll(words, more);
        Ran ran = gateway.run(words.toArray(String[]::new));
        assertEquals(ExitCode.OK, ran.exitCode(), ran::err);
        return ran.out();
    }

    /** {@code -Dsamples} writes it. */
    @Test
    void itIsTheOneInTheDocumentation() throws IOException {
        found(
                denied("denied", "evil.example.net", 3),
                denied("would-deny", "telemetry.example.com", 2),
                denied("denied", "evil.example.net", 4),
                denied("allowed", "registry.example.com", 90),
                said("tamper.table"),
                said("job.finished"));
        gateway.on(LOSSES, 200, answer(List.of(said("loss").put("count", 120))));
        Path file = Path.of("..", "docs", "events", "samples", "job-summary.md");
        String text = summary();
        if (System.getProperty("samples") != null) {
            Files.writeString(file, text);
        }
        assertEquals(Files.readString(file), text);
        assertTrue(text.contains("**7 blocked**, **2 let pass**"), text);
        assertTrue(text.contains("120 packets or questions of that time are in no event"), text);
        assertTrue(text.contains("**Tampering:**"), text);
        assertFalse(text.contains("registry.example.com"), text);
    }

    @Test
    void nothingDeniedIsOnlySaidOfAJobThatIsKnown() {
        found();
        assertTrue(summary().contains("No events of this job are stored"));
        assertEquals(1, gateway.asked().size());
        found(said("job.started"));
        String losses = LOSSES.replace("00:00.123Z", "00:01Z");
        gateway.on(losses, 200, answer(List.of()));
        String text = summary();
        assertTrue(text.contains("Nothing was denied, as of `2026-11-22T10:00:01Z`."), text);
        assertFalse(text.contains("Incomplete"), text);
        found(said("job.unprotected"));
        gateway.on(losses, 200, answer(List.of()));
        assertTrue(summary().contains("**Not protected:**"));
    }

    @Test
    void auditIsSaidToHaveLetPassAndNeverToHaveBlocked() throws IOException {
        found(denied("would-deny", "telemetry.example.com", 2), said("job.finished"));
        String text = summary();
        assertTrue(text.contains("**0 blocked**, **2 let pass** that a policy would block"), text);
        assertTrue(text.contains("| let pass (audit) | `telemetry.example.com:443/tcp` |"), text);
    }

    @Test
    void aCutIsSaid() throws IOException {
        found(denied("denied", "evil.example.net", 1), said("job.finished"));
        assertTrue(summary("--limit", "2").contains("only the first events are counted"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a|b|c",
                "a\\|b",
                "a\\\\|b",
                "`|`",
                "``x``",
                "`",
                "\\",
                "a`|\n| x | y |",
                "a\nb\r\n\n# head",
                "[x](https://evil.example)",
                "![x](https://evil.example/p.png)",
                "<img src=x>",
                "</code></td></table><script>x</script>",
                "<!-- x",
                "@octocat",
                "https://evil.example",
                "www.evil.example",
                "a@evil.example",
                "&lt;b&gt;&#124;",
                "~~x~~ **y** _z_",
                "#1 GH-1 acme/x#2",
                "$x^2$",
                ":tada:",
                "\u202egpj.exe",
                "a\u0000b\u001b[2Jc\u200b\u2028d",
                "\ud800 alone",
                "---",
                "| --- |"
            })
    void nothingAJobChoosesIsAnythingButText(String hostile) throws IOException {
        ObjectNode event = denied("denied", hostile, 3);
        ((ObjectNode) event.path("process")).put("executable", hostile);
        ((ObjectNode) event.path("judgement")).put("file", hostile);
        found(event, said("job.finished"));
        String text = summary();
        List<Node> nodes = new ArrayList<>();
        collect(Parser.builder().extensions(GITHUB).build().parse(text), nodes);
        assertEquals(2, count(nodes, TableRow.class), text);
        assertEquals(10, count(nodes, TableCell.class), text);
        for (Class<?> markup :
                List.of(Link.class, Image.class, HtmlInline.class, HtmlBlock.class)) {
            assertEquals(0, count(nodes, markup), text);
        }
        assertEquals(4, count(nodes, Code.class), "a time, and three that the job chose");
        assertFalse(text.matches("(?s).*[\\p{Cc}&&[^\\n]].*|.*[\\p{Cf}\\u2028].*"), text);
        assertEquals(5, text.lines().filter(line -> !line.isEmpty()).count(), text);
    }

    private static long count(List<Node> nodes, Class<?> kind) {
        return nodes.stream().filter(kind::isInstance).count();
    }

    private static void collect(Node node, List<Node> all) {
        all.add(node);
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            collect(child, all);
        }
    }

    private void manyLong() throws IOException {
        ObjectNode[] events = new ObjectNode[JobSummary.ROWS + 20];
        for (int i = 0; i < events.length; i++) {
            events[i] = denied("denied", i + "|`\u202e\ud83d\ude80".repeat(4_000), 1);
            ((ObjectNode) events[i].path("process")).put("executable", "\u202e".repeat(9_000));
            ((ObjectNode) events[i].path("judgement")).put("file", "\u4e2d".repeat(9_000));
        }
        found(events);
        gateway.on(LOSSES.replace("01:01Z", "01:00.123Z"), 200, answer(List.of()));
    }

    @Test
    void itIsBoundedWhateverThereIs() throws IOException {
        manyLong();
        String text = summary();
        assertTrue(text.contains("20 more are not shown"));
        assertTrue(text.getBytes(StandardCharsets.UTF_8).length < 1 << 18);
        assertEquals(
                JobSummary.ROWS, text.lines().filter(line -> line.startsWith("| blocked")).count());
    }

    @Test
    void aPageThatIsAlmostFullGetsTheSumAndAFullOneIsLeftAsItWas(@TempDir Path directory)
            throws IOException {
        manyLong();
        Path page = directory.resolve("summary.md");
        Files.writeString(page, "x".repeat((1 << 20) - 1_000));
        summary("--output", page.toString());
        String added = Files.readString(page).substring((1 << 20) - 1_000);
        assertTrue(added.contains("**120 blocked**"), added);
        assertFalse(added.contains("|"), added);
        String full = "x".repeat((1 << 20) - 10);
        Files.writeString(page, full);
        Ran ran = gateway.run("events", "summary", "--output", page.toString());
        assertEquals(ExitCode.FAILED, ran.exitCode());
        assertTrue(ran.err().contains("no room left"), ran::err);
        assertEquals(full, Files.readString(page));
    }

    @Test
    void itIsAddedToWhatAStepHasWrittenAlready(@TempDir Path directory) throws IOException {
        found(denied("denied", "evil.example.net", 1), said("job.finished"));
        Path page = directory.resolve("summary.md");
        Files.writeString(page, "before\n");
        summary("--output", page.toString());
        assertTrue(Files.readString(page).startsWith("before\n### Fleetwall"));
    }
}
