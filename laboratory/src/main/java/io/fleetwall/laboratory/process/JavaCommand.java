package io.fleetwall.laboratory.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The command line of a child JVM, with this JVM's own java.
 *
 * <p>Children are small and live for seconds: the serial collector and the first compiler start
 * fastest and leave the two cores of a laptop or a CI machine to what is measured.
 */
public final class JavaCommand {
    private final List<String> words = new ArrayList<>();

    private JavaCommand(int heapMegabytes) {
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Collections.addAll(
                words,
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    }

    /** A class on this JVM's own class path. */
    public static JavaCommand ofClass(Class<?> main, int heapMegabytes) {
        return new JavaCommand(heapMegabytes)
                .option("-cp")
                .option(System.getProperty("java.class.path"))
                .option(main.getName());
    }

    /** An executable jar. */
    public static JavaCommand ofJar(Path jar, int heapMegabytes) {
        return new JavaCommand(heapMegabytes).option("-jar").option(jar.toString());
    }

    private JavaCommand option(String word) {
        words.add(word);
        return this;
    }

    /** The command line, completed by the program's arguments. */
    public List<String> with(String... arguments) {
        List<String> all = new ArrayList<>(words);
        Collections.addAll(all, arguments);
        return List.copyOf(all);
    }
}
