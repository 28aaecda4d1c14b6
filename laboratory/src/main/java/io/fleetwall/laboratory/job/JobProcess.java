package io.fleetwall.laboratory.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.laboratory.process.JavaCommand;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A job's process on a runner, driven from here.
 *
 * <p>It has a mount namespace of its own in which {@code /etc/resolv.conf} names the laboratory's
 * resolver: names are resolved by the C library as any build tool's are.
 */
public final class JobProcess implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 48;

    private final ChildProcess child;
    private final BufferedWriter toJob;
    private final BufferedReader fromJob;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    private JobProcess(ChildProcess child) {
        ObjectMapper json = new ObjectMapper();
        this.child = child;
        this.writer = json.writerFor(Action.class);
        this.reader = json.readerFor(Observation.class);
        this.toJob = child.process().outputWriter(StandardCharsets.UTF_8);
        this.fromJob =
                new BufferedReader(
                        new InputStreamReader(
                                child.process().getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts a job.
     *
     * @param place where, and with which files
     * @param log for what it says on its standard error
     */
    public static JobProcess start(Namespace namespace, Files place, Path log) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "-m",
                                "sh",
                                "-c",
                                "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
                                place.resolvConf().toString()));
        words.addAll(
                JavaCommand.ofClass(Job.class, HEAP_MEGABYTES).with(place.keyStore().toString()));
        return new JobProcess(ChildProcess.speaking("job", log, namespace.enter(words)));
    }

    /**
     * The files a job sees.
     *
     * @param resolvConf becomes its {@code /etc/resolv.conf}
     * @param keyStore of the laboratory's TLS
     */
    public record Files(Path resolvConf, Path keyStore) {}

    /** Performs an action, and returns when it is over. */
    public synchronized Observation perform(Action action) {
        try {
            toJob.write(writer.writeValueAsString(action));
            toJob.newLine();
            toJob.flush();
            String line = fromJob.readLine();
            if (line == null) {
                throw new IllegalStateException("the job ended:\n" + child.tail());
            }
            return reader.readValue(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the job does not understand " + action, e);
        } catch (IOException e) {
            throw new UncheckedIOException("the job is gone:\n" + child.tail(), e);
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
