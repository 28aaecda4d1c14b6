package io.fleetwall.load.dns;

import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.load.result.Commands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The upstream of all servers, in its own namespace, on the load's core. */
final class Stub implements AutoCloseable {
    private final ChildProcess child;
    private final BufferedReader said;

    private Stub(ChildProcess child) {
        this.child = child;
        said =
                new BufferedReader(
                        new InputStreamReader(
                                child.process().getInputStream(), StandardCharsets.UTF_8));
    }

    /** What it was asked since it was last asked about it. */
    record Seen(long questions, int ports, int ids) {
        /** Ids that as many random ones would be. */
        double expectedIds() {
            return 65536 * -Math.expm1(-questions / 65536.0);
        }
    }

    static Stub start(Field field, Path directory, int core) throws IOException {
        List<String> command =
                List.of(
                        field.tools().resolve("dnsstub").toString(),
                        Field.UPSTREAM,
                        Integer.toString(Field.UPSTREAM_PORT),
                        "2000");
        Stub stub =
                new Stub(
                        ChildProcess.speaking(
                                "stub",
                                directory.resolve("stub.log"),
                                Field.upstream(core, command)));
        stub.said.readLine();
        return stub;
    }

    void pin(int core) {
        Commands.run("taskset --all-tasks --cpu-list --pid " + core + " " + pid());
    }

    /** Tells and forgets; only while nobody asks it. */
    Seen seen() throws IOException {
        Commands.run("kill -USR1 " + pid());
        String line = said.readLine();
        if (line == null) {
            throw new IllegalStateException("the stub has ended: " + child.tail());
        }
        String[] words = line.split(" ", -1);
        return new Seen(
                Long.parseLong(words[1]), Integer.parseInt(words[3]), Integer.parseInt(words[5]));
    }

    /** Two seconds of silence. */
    void fail() {
        Commands.run("kill -USR2 " + pid());
    }

    private long pid() {
        return child.process().pid();
    }

    @Override
    public void close() {
        child.close();
    }
}
