package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the agent's cache of classes lies, with the launcher's own words and a small program. */
final class NodeCacheTest {
    private static final List<String> AS_THE_AGENT =
            List.of("-Xmx16m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");
    private static final Pattern READ_ONLY =
            Pattern.compile("(?m)^[0-9a-f]+-[0-9a-f]+ r--p .*\\.aot$");

    @TempDir private Path directory;

    /** A cache is made of jars only. */
    @BeforeEach
    void packsTheProgram() throws IOException {
        String name = OwnMappings.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar =
                        new JarOutputStream(
                                Files.newOutputStream(directory.resolve("program.jar")));
                InputStream bytes = OwnMappings.class.getResourceAsStream("/" + name)) {
            jar.putNextEntry(new JarEntry(name));
            bytes.transferTo(jar);
        }
    }

    private String launcher(String script) {
        Tree.Run run =
                Tree.run(
                        List.of(
                                "bash",
                                "-euc",
                                "say() { echo \"$@\"; }; is_root() { :; }\n"
                                        + "source launcher/run.sh; source launcher/cache.sh\n"
                                        + script),
                        Map.of(
                                "FLEETWALL_HOME",
                                directory.toString(),
                                "JAVA_HOME",
                                "/jdk",
                                "FLEETWALL_JAVA_OPTS",
                                ""));
        assertEquals(0, run.status(), run.output());
        return run.output();
    }

    private String program(Map<String, String> environment, String... flags) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(AS_THE_AGENT);
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", directory.resolve("program.jar").toString()));
        command.add(OwnMappings.class.getName());
        Tree.Run run = Tree.run(command, environment);
        assertEquals(0, run.status(), run.output());
        return run.output();
    }

    private Path cache(String base) {
        Path cache = directory.resolve("program.aot");
        program(
                Map.of("JDK_JAVA_OPTIONS", "-XX:SharedBaseAddress=" + base),
                "-XX:AOTCacheOutput=" + cache);
        return cache;
    }

    /** What a JVM with the launcher's flags maps of a cache; more flags may stand before. */
    private String mapped(Path cache, String... more) {
        String flags = launcher("echo -n $CACHE_IN_PLACE");
        return program(
                Map.of(),
                Stream.concat(
                                Stream.of(more),
                                Stream.of((flags + " -XX:AOTCache=" + cache).split(" ", -1)))
                        .toArray(String[]::new));
    }

    @Test
    void itsAddressIsDrawnForEachAndTheJvmMapsItThereUnchanged() {
        List<String> drawn =
                launcher("for _ in 1 2 3 4 5 6 7 8; do cache_base; echo; done")
                        .lines()
                        .distinct()
                        .toList();
        assertTrue(drawn.size() > 1, () -> "8 draws of 16,384: " + drawn);
        for (String base : drawn.subList(0, 2)) {
            assertTrue(base.matches("0x[1-4][0-9a-f]{3}00000000"), base);
            String maps = mapped(cache(base));
            // One page lies before the first region.
            assertTrue(maps.startsWith(base.substring(2, 10) + "1000-"), maps);
            assertTrue(READ_ONLY.matcher(maps).find(), maps);
        }
    }

    @Test
    void whereSomethingElseLiesItIsMovedAndUsedAllTheSame() {
        String base = launcher("cache_base");
        String maps = mapped(cache(base), "-XX:HeapBaseMinAddress=" + base);
        assertTrue(maps.contains(".aot"), maps);
        assertFalse(maps.contains(base.substring(2, 10)), maps);
    }

    @Test
    void onlyTheOwnerReadsWhereItLies() throws IOException {
        Files.createDirectories(directory.resolve("runner-node/target/lib"));
        Files.createDirectories(directory.resolve("target"));
        Files.createFile(directory.resolve("runner-node/target/runner-node-0.1.0-SNAPSHOT.jar"));
        Path log = Files.writeString(directory.resolve("target/cache.log"), "of a run before\n");
        launcher(
                """
                make_node_cache() { echo made; touch "$NODE_CACHE"; }
                node_cache_works() { echo works >>"$NODE_CACHE_LOG"; }
                need_node_cache
                """);
        assertEquals("made\nworks\n", Files.readString(log));
        for (Path file : List.of(log, directory.resolve("runner-node/target/runner-node.aot"))) {
            String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
            assertTrue(permissions.endsWith("------"), () -> file + " " + permissions);
        }
    }

    /** Whatever its date: an update brings files as old as its build. */
    @Test
    void itIsUsedNoMoreWhenALibraryIsReplaced() throws IOException {
        Path target = Files.createDirectories(directory.resolve("runner-node/target"));
        Path library = Files.createDirectories(target.resolve("lib")).resolve("library.jar");
        Files.createFile(target.resolve("runner-node-0.1.0-SNAPSHOT.jar"));
        Files.createFile(library);
        Path cache = Files.createFile(target.resolve("runner-node.aot"));
        FileTime later =
                FileTime.from(Files.getLastModifiedTime(library).toInstant().plusSeconds(1));
        Files.setLastModifiedTime(cache, later);
        assertTrue(launcher("node_cache_flag").startsWith("-XX:AOTCache=" + cache + " "));

        Files.setLastModifiedTime(cache, FileTime.from(later.toInstant().minusSeconds(60)));
        Files.setLastModifiedTime(library, FileTime.from(later.toInstant().minusSeconds(3600)));
        assertEquals("", launcher("node_cache_flag"));
    }
}
