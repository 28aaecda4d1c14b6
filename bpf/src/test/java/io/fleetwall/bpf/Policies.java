package io.fleetwall.bpf;

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
import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.document.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Small compiled policies, written down without the compiler. */
final class Policies {
    /** Denies everything; no rules. */
    static final CompiledPolicy DENY_ALL = of(List.of(), List.of());

    private Policies() {}

    static CompiledPolicy of(List<PortProgram> programs, List<NetworkEntry> networks) {
        return new CompiledPolicy(
                Mode.ENFORCE,
                Fallback.DENY,
                OnDeny.REJECT,
                List.of(new CompiledRule("test", "test.yaml", 1, "allow", "")),
                programs,
                networks,
                List.of());
    }

    /** A policy of one network with one TCP port; rule 1. */
    static CompiledPolicy allowTcp(String network, int length, int port) {
        return of(List.of(tcp(port)), List.of(network(network, length, 0)));
    }

    /**
     * Allows TCP to {@code ADDRESS/LENGTH PORT} each, by rule 1. Ports of one prefix are united, as
     * the compiler would.
     */
    static CompiledPolicy allowing(String... rules) {
        Map<String, List<Integer>> ports = new TreeMap<>();
        for (String rule : rules) {
            String[] words = rule.split(" ", -1);
            ports.computeIfAbsent(words[0], _ -> new ArrayList<>()).add(Integer.valueOf(words[1]));
        }
        List<PortProgram> programs = new ArrayList<>();
        List<NetworkEntry> networks = new ArrayList<>();
        ports.forEach((prefix, numbers) -> {
            String[] parts = prefix.split("/", -1);
            networks.add(network(parts[0], Integer.parseInt(parts[1]), programs.size()));
            programs.add(tcp(numbers));
        });
        return of(programs, networks);
    }

    static CompiledPolicy inMode(CompiledPolicy policy, Mode mode) {
        return new CompiledPolicy(
                mode,
                policy.fallback(),
                policy.onDeny(),
                policy.rules(),
                policy.programs(),
                policy.networks(),
                policy.hosts());
    }

    private static PortProgram tcp(List<Integer> ports) {
        TreeMap<Integer, Integer> steps = new TreeMap<>(Map.of(0, Outcome.NONE));
        for (int port : ports) {
            int key = PortClass.TCP.key(port);
            steps.put(key, Outcome.of(Outcome.Effect.ALLOW, 1));
            steps.putIfAbsent(key + 1, Outcome.NONE);
        }
        int[] outcomes = steps.values().stream().mapToInt(Integer::intValue).toArray();
        int[] starts = steps.keySet().stream().mapToInt(Integer::intValue).toArray();
        return PortProgram.of(starts, outcomes);
    }

    /** Allows one TCP port by rule 1, says nothing of others. */
    static PortProgram tcp(int port) {
        int key = PortClass.TCP.key(port);
        return PortProgram.of(
                new int[] {0, key, key + 1},
                new int[] {Outcome.NONE, Outcome.of(Outcome.Effect.ALLOW, 1), Outcome.NONE});
    }

    static NetworkEntry network(String address, int length, int program) {
        boolean four = address.indexOf(':') < 0;
        return new NetworkEntry(address(address), four ? length + 96 : length, program);
    }

    /** {@code ADDRESS/LENGTH}. */
    static Network network(String prefix) {
        String[] parts = prefix.split("/", -1);
        int length = Integer.parseInt(parts[1]);
        boolean four = prefix.indexOf(':') < 0;
        return Network.of(address(parts[0]), four ? length + 96 : length);
    }

    /** A policy of {@code src/test/resources/policies}, compiled as the gateway does. */
    static CompiledPolicy read(String name) {
        String path = name + ".yaml";
        try (InputStream in = Policies.class.getResourceAsStream("/policies/" + path)) {
            SourceFile file = new SourceFile(path, Objects.requireNonNull(in, path).readAllBytes());
            return switch (Catalogue.read(1, Instant.EPOCH, List.of(file))) {
                case Catalogue.Reading.Read read -> compile(read.catalogue());
                case Catalogue.Reading.Refused refused ->
                        throw new IllegalArgumentException(refused.problems().toString());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompiledPolicy compile(Catalogue catalogue) {
        Scope anybody = new Scope(new TreeSet<>(), Optional.empty());
        return switch (Compiler.compile(catalogue.effective(anybody))) {
            case Compilation.Compiled compiled -> compiled.policy();
            case Compilation.TooLarge large ->
                    throw new IllegalArgumentException(large.problems().toString());
        };
    }

    /** A literal as 16 bytes, IPv4 mapped. */
    static byte[] address(String literal) {
        try {
            byte[] raw = InetAddress.getByName(literal).getAddress();
            if (raw.length == 16) {
                return raw;
            }
            byte[] mapped = new byte[16];
            mapped[10] = (byte) 0xff;
            mapped[11] = (byte) 0xff;
            System.arraycopy(raw, 0, mapped, 12, 4);
            return mapped;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
