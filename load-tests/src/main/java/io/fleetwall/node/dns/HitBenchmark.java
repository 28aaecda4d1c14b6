package io.fleetwall.node.dns;

import io.fleetwall.node.dns.budget.BudgetSettings;
import io.fleetwall.node.dns.budget.ZoneBudgets;
import io.fleetwall.node.dns.listen.Client;
import io.fleetwall.node.dns.listen.Transport;
import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.compiled.HostEntry;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.HostPattern;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A cached answer between two system calls: parse, policy of 10,000 names, cache, counted-down
 * TTLs. With {@code -prof gc} it shows what a hit allocates, which has to be nothing.
 */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HitBenchmark {
    private static final int NAMES = 10_000;
    private static final int HOUR = 3600;

    private final List<byte[]> queries = new ArrayList<>();
    private final Sink client = new Sink();
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, Transport.NIO.handlers());
    private final Worker worker =
            new Worker(
                    loops.next(),
                    DnsSettings.towards(
                            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53))),
                    new DnsEnvironment(
                            Transport.NIO, System::nanoTime, () -> new SplittableRandom(1)),
                    new DnsCounters(List.of()));
    private RunnerDesk desk = desk();
    private int next;

    /** Fills the cache, and teaches each answer once. */
    @Setup
    public void fill() {
        desk = desk();
        QueryView view = new QueryView();
        for (int i = 0; i < NAMES; i++) {
            byte[] query = query("h" + i + ".bench.example");
            queries.add(query);
            view.read(query, query.length);
            worker.cache().keep(view, answer(query));
        }
        for (byte[] query : queries) {
            desk.handle(query, query.length, client);
        }
        if (client.replies != NAMES || worker.counters().get(DnsCounters.Count.HITS) != NAMES) {
            throw new IllegalStateException("not every question is a hit");
        }
    }

    /** One cached answer, as the listener calls for it. */
    @Benchmark
    public long hit() {
        byte[] query = queries.get(next);
        next = next + 1 == NAMES ? 0 : next + 1;
        desk.handle(query, query.length, client);
        return client.replies;
    }

    /** Ends the loop, which has served nobody. */
    @TearDown
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private RunnerDesk desk() {
        RunnerMemory memory =
                new RunnerMemory(
                        new KnownNames(System::nanoTime),
                        new ZoneBudgets(BudgetSettings.DEFAULT, System::nanoTime));
        return new RunnerDesk(worker, new Gate(), memory, 0);
    }

    private static DnsPolicy policy() {
        PortProgram any =
                PortProgram.of(new int[] {0}, new int[] {Outcome.of(Outcome.Effect.ALLOW, 1)});
        List<HostEntry> hosts = new ArrayList<>();
        for (int i = 0; i < NAMES; i++) {
            hosts.add(
                    new HostEntry(
                            new HostPattern(HostPattern.Depth.EXACT, "h" + i + ".bench.example"),
                            0));
        }
        List<CompiledRule> rules = List.of(new CompiledRule("bench", "bench.yaml", 1, "allow", ""));
        CompiledPolicy compiled =
                new CompiledPolicy(
                        Mode.ENFORCE,
                        Fallback.DENY,
                        OnDeny.DROP,
                        rules,
                        List.of(any),
                        List.of(),
                        hosts);
        return new DnsPolicy(1, compiled, HostTable.of(compiled));
    }

    private static byte[] query(String name) {
        byte[] message = new byte[12 + name.length() + 2 + 4];
        message[2] = 1;
        message[5] = 1;
        int at = 12;
        for (String label : name.split("\\.", -1)) {
            message[at++] = (byte) label.length();
            System.arraycopy(
                    label.getBytes(StandardCharsets.US_ASCII), 0, message, at, label.length());
            at += label.length();
        }
        message[at + 2] = 1;
        message[at + 4] = 1;
        return message;
    }

    /** The question, and 9.9.9.9 for an hour. */
    private static Answer answer(byte[] query) {
        byte[] message = java.util.Arrays.copyOf(query, query.length + 16);
        byte[] set = {
            (byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, (byte) (HOUR >> 8), (byte) HOUR, 0, 4, 9, 9, 9, 9
        };
        System.arraycopy(set, 0, message, query.length, set.length);
        message[2] = (byte) 0x81;
        message[3] = (byte) 0x80;
        message[7] = 1;
        byte[] address = new byte[16];
        address[10] = (byte) 0xff;
        address[11] = (byte) 0xff;
        java.util.Arrays.fill(address, 12, 16, (byte) 9);
        return new Answer(message, new int[] {query.length + 6}, HOUR, List.of(address), List.of());
    }

    /** Lets everything be learned. */
    private static final class Gate implements AnswerGate {
        private final DnsPolicy policy = HitBenchmark.policy();

        @Override
        public DnsPolicy policy() {
            return policy;
        }

        @Override
        public boolean learn(LearnedAnswer answer) {
            return true;
        }

        @Override
        public boolean permitsPrivate(byte[] address) {
            return false;
        }

        @Override
        public void denied(DnsDenial denial) {
            throw new IllegalStateException("denied: " + denial);
        }
    }

    /** Counts replies that are answers. */
    private static final class Sink implements Client {
        private long replies;

        @Override
        public int limit(int udpPayload) {
            return udpPayload;
        }

        @Override
        public void reply(byte[] message, int length) {
            replies += (message[3] & 15) == 0 ? 1 : 0;
        }

        @Override
        public Client detach() {
            return this;
        }

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(0);
        }
    }
}
