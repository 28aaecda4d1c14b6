package io.fleetwall.load.dns;

import io.fleetwall.laboratory.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The servers that Fleetwall is held against, as their manuals say they are fast: one thread, a
 * packet cache, receive by the batch.
 */
record Peers(Path directory, int core) {
    private static final int DNSDIST_PORT = 5301;
    private static final int UNBOUND_PORT = 5302;

    /** With the same 10,000 names and one suffix; everything else is refused. */
    Contestant dnsdist() throws IOException {
        String lua =
                """
                setLocal("%s:%d")
                setACL({"0.0.0.0/0"})
                setMaxUDPOutstanding(65535)
                setUDPMultipleMessagesVectorSize(64)
                setSecurityPollSuffix("")
                local upstream = newServer({address="%s:%d", sockets=1})
                upstream:setUp()
                getPool(""):setCache(newPacketCache(200000, {maxTTL=86400, numberOfShards=1}))
                local names = newDNSNameSet()
                for i = 0, %d do names:add(newDNSName("h" .. i .. ".bench.example")) end
                local suffixes = newSuffixMatchNode()
                suffixes:add(newDNSName("miss.bench.example"))
                addAction(NotRule(OrRule({QNameSetRule(names), SuffixMatchNodeRule(suffixes)})), RCodeAction(DNSRCode.REFUSED))
                """
                        .formatted(
                                Field.PEERS,
                                DNSDIST_PORT,
                                Field.UPSTREAM,
                                Field.UPSTREAM_PORT,
                                Questions.NAMES - 1);
        Path config = directory.resolve("dnsdist.conf");
        Files.writeString(config, lua);
        return started(
                "dnsdist",
                DNSDIST_PORT,
                List.of("dnsdist", "--supervised", "--disable-syslog", "-C", config.toString()));
    }

    /** Without any policy: it has none of this kind. */
    Contestant unbound() throws IOException {
        Path config = directory.resolve("unbound.conf");
        Files.writeString(
                config,
                """
                server:
                  interface: %s@%d
                  access-control: 0.0.0.0/0 allow
                  username: ""
                  chroot: ""
                  directory: "%s"
                  pidfile: ""
                  use-syslog: no
                  do-daemonize: no
                  num-threads: 1
                  module-config: "iterator"
                  msg-cache-size: 64m
                  rrset-cache-size: 128m
                  outgoing-range: 4096
                  num-queries-per-thread: 2048
                  so-rcvbuf: 4m
                  do-ip6: no
                forward-zone:
                  name: "."
                  forward-addr: %s@%d
                """
                        .formatted(
                                Field.PEERS,
                                UNBOUND_PORT,
                                directory,
                                Field.UPSTREAM,
                                Field.UPSTREAM_PORT));
        return started("unbound", UNBOUND_PORT, List.of("unbound", "-d", "-c", config.toString()));
    }

    private Contestant started(String name, int port, List<String> command) {
        ChildProcess child =
                ChildProcess.daemon(
                        name, directory.resolve(name + ".log"), Field.pinned(core, command));
        return new Contestant(name, child, Field.PEERS, port);
    }
}
