package io.fleetwall.laboratory.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetwall.laboratory.process.LaboratoryTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Security;
import java.util.HashMap;
import java.util.Map;

/**
 * The main program of a job's process: a line of JSON in is an {@link Action}, a line out is its
 * {@link Observation}, in the same order, until its standard input ends.
 */
public final class Job {
    private final Attempts attempts;
    private final WebClient web;
    private final Map<String, Stream> streams = new HashMap<>();

    private Job(WebClient web) {
        this.web = web;
        this.attempts = new Attempts(web);
    }

    /** Takes the path of the laboratory's key store. */
    public static void main(String[] arguments) throws IOException {
        // The JDK would remember for 10 s that a name was refused; a build's tools would not.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        Job job = new Job(new WebClient(LaboratoryTls.context(Path.of(arguments[0]))));
        ObjectMapper json = new ObjectMapper();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Observation observation = job.perform(json.readValue(line, Action.class));
            System.out.println(json.writeValueAsString(observation));
        }
    }

    private Observation perform(Action action) {
        return switch (action) {
            case Action.Fetch fetch -> attempts.fetch(fetch);
            case Action.Send send -> Attempts.send(send);
            case Action.Datagram datagram -> Attempts.datagram(datagram);
            case Action.Ask ask -> Attempts.ask(ask);
            case Action.Download download ->
                    begin(download.stream(), () -> new DownloadStream(web, download.url()));
            case Action.Echo echo -> {
                InetAddress address = InetAddress.ofLiteral(echo.address());
                yield begin(echo.stream(), () -> new EchoStream(address, echo.port()));
            }
            case Action.Probe probe -> begin(probe.stream(), () -> new ProbeStream(probe));
            case Action.Look look -> known(look.stream()).look();
            case Action.Stop stop -> stop(stop.stream());
        };
    }

    private interface Beginning {
        Stream begin() throws IOException;
    }

    private Observation begin(String name, Beginning beginning) {
        return Attempts.observe(() -> {
            streams.put(name, beginning.begin());
            return "begun";
        });
    }

    private Stream known(String name) {
        Stream stream = streams.get(name);
        if (stream == null) {
            throw new IllegalArgumentException("no stream " + name);
        }
        return stream;
    }

    private Observation stop(String name) {
        Stream stream = known(name);
        stream.close();
        return stream.look();
    }
}
