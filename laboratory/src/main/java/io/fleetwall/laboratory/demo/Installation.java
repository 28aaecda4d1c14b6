package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.process.JavaCommand;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Fleetwall as it is built: where its programs' jars are.
 *
 * @param home the directory of the launcher
 */
record Installation(Path home) {
    private static final String VERSION = "0.1.0-SNAPSHOT";

    /** By the property that the launcher sets. */
    static Installation ofLauncher() {
        return new Installation(
                Path.of(System.getProperty("fleetwall.home", ".")).toAbsolutePath());
    }

    /** The command line of a program, as the launcher would start it. */
    JavaCommand program(String module, int heapMegabytes) {
        Path jar = home.resolve(module + "/target/" + module + "-" + VERSION + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: run ./fleetwall, which builds it");
        }
        return JavaCommand.ofJar(jar, heapMegabytes);
    }
}
