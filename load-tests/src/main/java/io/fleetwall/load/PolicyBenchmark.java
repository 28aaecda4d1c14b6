package io.fleetwall.load;

import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.policy.compiled.Compilation;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.Compiler;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.MalformedPolicyException;
import io.fleetwall.policy.document.SourceFile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a gateway does once per scope and revision, and a node once per policy it receives. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PolicyBenchmark {
    private static final Scope SCOPE = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());

    /** Rules of the document: half hosts, half networks. */
    @Param({"100", "10000"})
    int rules;

    private List<SourceFile> sources = List.of();
    private EffectivePolicy effective = Catalogue.empty(1, Instant.EPOCH).effective(SCOPE);
    private byte[] form = {};

    /** Makes each benchmark's input. */
    @Setup
    public void prepare() throws MalformedPolicyException {
        sources = List.of(SourceFile.of("bench.yaml", document()));
        effective = read();
        form = encode();
        if (decode().rules().size() != rules) {
            throw new IllegalStateException("the document lost rules");
        }
    }

    /** YAML to the effective policy of a scope. */
    @Benchmark
    public EffectivePolicy read() {
        return switch (Catalogue.read(1, Instant.EPOCH, sources)) {
            case Catalogue.Reading.Read(var catalogue, var _) -> catalogue.effective(SCOPE);
            case Catalogue.Reading.Refused(var problems) ->
                    throw new IllegalStateException(problems.toString());
        };
    }

    /** Effective policy to the bytes that are signed. */
    @Benchmark
    public byte[] encode() {
        return switch (Compiler.compile(effective)) {
            case Compilation.Compiled(var policy) -> CanonicalForm.bytes(policy);
            case Compilation.TooLarge(var problems) ->
                    throw new IllegalStateException(problems.toString());
        };
    }

    /** Received bytes to tables ready to load. */
    @Benchmark
    public CompiledPolicy decode() throws MalformedPolicyException {
        return CanonicalForm.read(form);
    }

    /** Received bytes to the DNS proxy's host table. */
    @Benchmark
    public HostTable hosts() throws MalformedPolicyException {
        return HostTable.of(CanonicalForm.read(form));
    }

    private String document() {
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
            yaml.append(".0/24\n      ports: [443, 8000-8100/tcp]\n");
        }
        return yaml.toString();
    }
}
