package io.fleetwall.laboratory.internet;

import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.laboratory.process.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The running servers of the internet, in a process and a namespace of their own. */
public final class InternetServers implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 64;

    private final ChildProcess child;

    private InternetServers(ChildProcess child) {
        this.child = child;
    }

    /** Starts all servers; they listen once {@link #awaitReady} returns. */
    public static InternetServers start(Namespace namespace, Path keyStore, Path log) {
        JavaCommand java = JavaCommand.ofClass(Internet.class, HEAP_MEGABYTES);
        return new InternetServers(
                ChildProcess.speaking(
                        "internet", log, namespace.enter(java.with(keyStore.toString()))));
    }

    /** Returns when all servers listen. */
    public void awaitReady() {
        BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                child.process().getInputStream(), StandardCharsets.UTF_8));
        try {
            if (!"ready".equals(reader.readLine())) {
                throw new IllegalStateException("the internet did not start:\n" + child.tail());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
