package io.fleetwall.laboratory;

import io.fleetwall.laboratory.internet.InternetServers;
import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.JobProcess;
import io.fleetwall.laboratory.net.Topology;
import io.fleetwall.laboratory.process.LaboratoryTls;
import io.fleetwall.laboratory.sniffer.Sniffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The whole small world: this namespace is the node, which forwards between an internet with {@link
 * Site}s and its runners; a sniffer sees all that reaches the internet.
 *
 * <p>It must run in namespaces of its own (network, mount, process): they end with it, whatever
 * happens, so nothing can be left behind.
 */
public final class Lab implements AutoCloseable {
    private static final int DISCARD_PORT = 9;

    private final Path directory;
    private final Topology topology;
    private final InternetServers servers;
    private final Sniffer sniffer;

    private Lab(Path directory, Topology topology) {
        this.directory = directory;
        this.topology = topology;
        this.servers = InternetServers.start(topology.internet(), keyStore(), log("internet"));
        this.sniffer =
                Sniffer.start(
                        topology.internet(),
                        Topology.WIRE,
                        new InetSocketAddress(Site.RESOLVER.v4(), DISCARD_PORT),
                        log("sniffer"));
    }

    /**
     * Builds everything; servers and sniffer work when this returns.
     *
     * @param directory for logs and key material
     * @param runners short names
     */
    public static Lab open(Path directory, List<String> runners) {
        List<InetAddress> addresses =
                Arrays.stream(Site.values()).flatMap(site -> site.addresses().stream()).toList();
        Topology topology = Topology.lay(addresses, runners);
        LaboratoryTls.create(
                directory.resolve("tls.p12"),
                Arrays.stream(Site.values()).map(Site::host).toList(),
                addresses.stream().map(InetAddress::getHostAddress).toList());
        Lab lab = new Lab(directory, topology);
        lab.writeResolvConf();
        lab.servers.awaitReady();
        lab.sniffer.settle();
        return lab;
    }

    /** Starts a job on a runner. */
    public JobProcess job(String runner) {
        return JobProcess.start(
                topology.runner(runner),
                new JobProcess.Files(resolvConf(), keyStore()),
                log("job-" + runner));
    }

    /** The wires. */
    public Topology topology() {
        return topology;
    }

    /** What reaches the internet. */
    public Sniffer sniffer() {
        return sniffer;
    }

    /** Where a process of the laboratory logs. */
    public Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private Path keyStore() {
        return directory.resolve("tls.p12");
    }

    private Path resolvConf() {
        return directory.resolve("resolv.conf");
    }

    private void writeResolvConf() {
        String text =
                "nameserver "
                        + Site.RESOLVER.v4().getHostAddress()
                        + "\noptions timeout:2 attempts:1\n";
        try {
            Files.writeString(resolvConf(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        sniffer.close();
        servers.close();
        topology.close();
    }
}
