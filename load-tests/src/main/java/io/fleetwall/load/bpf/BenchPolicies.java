package io.fleetwall.load.bpf;

import io.fleetwall.bpf.LearnedAddress;
import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.Compilation;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.compiled.Compiler;
import io.fleetwall.policy.compiled.NetworkEntry;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.document.SourceFile;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Policies of any size. */
final class BenchPolicies {
    /** The one port that is allowed. */
    static final int PORT = 443;

    private static final PortProgram HTTPS =
            PortProgram.of(
                    new int[] {0, PortClass.TCP.key(PORT), PortClass.TCP.key(PORT) + 1},
                    new int[] {Outcome.NONE, Outcome.of(Outcome.Effect.ALLOW, 1), Outcome.NONE});

    private BenchPolicies() {}

    /**
     * Half 10.n.n.0/24 each, half 2001:db8:n:n::/64 each, all with the one port; denies silently.
     */
    static CompiledPolicy ofNetworks(int count) {
        return new CompiledPolicy(
                Mode.ENFORCE,
                Fallback.DENY,
                OnDeny.DROP,
                List.of(new CompiledRule("bench", "bench.yaml", 1, "allow", "")),
                List.of(HTTPS),
                networks(count),
                List.of());
    }

    static List<NetworkEntry> networks(int count) {
        List<NetworkEntry> networks = new ArrayList<>();
        for (int i = 0; i < count / 2; i++) {
            byte[] four = ByteBuffer.allocate(16).putInt(8, 0xffff).putInt(12, network(i)).array();
            networks.add(new NetworkEntry(four, 96 + 24, 0));
            byte[] six = ByteBuffer.allocate(16).putInt(0, 0x20010db8).putInt(4, i).array();
            networks.add(new NetworkEntry(six, 64, 0));
        }
        return networks;
    }

    /** 10.n.n.0 as a number; also in sweep.bpf.c. */
    private static int network(int index) {
        return 0x0a000000 + (index << 8);
    }

    /** Addresses outside of the networks, as DNS would teach. */
    static List<LearnedAddress> learned(int count, int program) {
        List<LearnedAddress> learned = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] address =
                    ByteBuffer.allocate(16)
                            .putInt(8, 0xffff)
                            .putInt(12, 0xc6120000 + i * 7)
                            .array();
            learned.add(new LearnedAddress(address, program, Long.MAX_VALUE, 1));
        }
        return learned;
    }

    /**
     * A document of so many rules, half hosts, half networks with ports, as the gateway compiles
     * it.
     */
    static CompiledPolicy ofRules(int rules, int port) {
        StringBuilder yaml =
                new StringBuilder(
                        """
                        apiVersion: fleetwall.io/v1
                        kind: EgressPolicy
                        metadata: { name: bench }
                        spec:
                          allow:
                        """);
        for (int i = 0; i < rules / 2; i++) {
            yaml.append("    - host: h").append(i).append(".example.net\n");
            yaml.append("    - cidr: 10.").append(i >> 8).append('.').append(i & 255);
            yaml.append(".0/24\n      ports: [443, ").append(port).append("/tcp]\n");
        }
        List<SourceFile> sources = List.of(SourceFile.of("bench.yaml", yaml.toString()));
        Scope anybody = new Scope(new TreeSet<>(), Optional.empty());
        return switch (Catalogue.read(1, Instant.EPOCH, sources)) {
            case Catalogue.Reading.Read(var catalogue, var _) ->
                    switch (Compiler.compile(catalogue.effective(anybody))) {
                        case Compilation.Compiled(var policy) -> policy;
                        case Compilation.TooLarge(var problems) ->
                                throw new IllegalStateException(problems.toString());
                    };
            case Catalogue.Reading.Refused(var problems) ->
                    throw new IllegalStateException(problems.toString());
        };
    }
}
