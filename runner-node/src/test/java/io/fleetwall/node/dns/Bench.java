package io.fleetwall.node.dns;

import io.fleetwall.node.dns.DnsSettings.AnswerSettings;
import io.fleetwall.node.dns.DnsSettings.WorkerSettings;
import io.fleetwall.node.dns.budget.BudgetSettings;
import io.fleetwall.node.dns.listen.TcpSettings;
import io.fleetwall.node.dns.listen.Transport;
import io.fleetwall.node.dns.upstream.UpstreamSettings;
import io.fleetwall.node.dns.wire.AnswerLimits;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A proxy with one runner on loopback, a gate without a kernel, and a clock the test turns. */
final class Bench implements AutoCloseable {
    /** Longer than any test waits: where an answer comes, no timeout was needed. */
    static final Timing PATIENT = new Timing(Duration.ofSeconds(20), Duration.ofSeconds(20));

    /** For upstreams that will not answer, and clients that do not ask. */
    static final Timing IMPATIENT = new Timing(Duration.ofSeconds(1), Duration.ofMillis(400));

    /** Small enough to be overdrawn by a test, large enough for all the others. */
    static final BudgetSettings BUDGET = new BudgetSettings(300, 2048, 600);

    record Timing(Duration upstream, Duration idle) {}

    final AtomicLong nanos = new AtomicLong(1);
    final TestGate gate;
    final DnsProxy proxy;
    final InetSocketAddress address;
    final DatagramSocket socket;

    Bench(String spec, InetSocketAddress... upstreams) throws Exception {
        this(spec, Transport.best(), PATIENT, upstreams);
    }

    Bench(String spec, Transport transport, Timing timing, InetSocketAddress... upstreams)
            throws Exception {
        this(spec, transport, settings(List.of(upstreams), timing, 1));
    }

    Bench(String spec, Transport transport, DnsSettings settings) throws Exception {
        gate = new TestGate(spec);
        proxy =
                DnsProxy.start(
                        settings,
                        new DnsEnvironment(transport, nanos::get, () -> new SplittableRandom(7)));
        address = serve("a", gate);
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    static Bench impatient(String spec, InetSocketAddress... upstreams) throws Exception {
        return new Bench(spec, Transport.best(), IMPATIENT, upstreams);
    }

    static DnsSettings settings(List<InetSocketAddress> upstreams, Timing timing, int workers) {
        return settings(new UpstreamSettings(upstreams, timing.upstream(), 4), timing, workers);
    }

    static DnsSettings settings(UpstreamSettings upstreams, Timing timing, int workers) {
        return new DnsSettings(
                upstreams,
                new TcpSettings(timing.idle(), 4, 4096),
                new AnswerSettings(
                        DnsSettings.QUERY_TYPES, new AnswerLimits(4, 3600), Duration.ofHours(1)),
                BUDGET,
                new WorkerSettings(workers, 1 << 20, 256));
    }

    /** Serves one more runner, on a port of its own. */
    InetSocketAddress serve(String name, AnswerGate itsGate) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return proxy.addRunner(new DnsRunner(name, Optional.empty(), List.of(any), itsGate))
                .join()
                .getFirst();
    }

    void send(byte[] message) throws IOException {
        socket.send(new DatagramPacket(message, message.length, address));
    }

    Reply receive() throws IOException {
        return receive(20_000).orElseThrow(() -> new AssertionError("no reply; " + counts()));
    }

    private String counts() {
        StringBuilder counts = new StringBuilder();
        for (DnsCounters.Count each : DnsCounters.Count.values()) {
            counts.append(each).append('=').append(proxy.counters().get(each)).append(' ');
        }
        return counts.toString();
    }

    /** What came within so many milliseconds. */
    Optional<Reply> receive(int millis) throws IOException {
        socket.setSoTimeout(millis);
        DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
        return Optional.of(new Reply(Arrays.copyOf(packet.getData(), packet.getLength())));
    }

    Reply ask(byte[] message) throws IOException {
        send(message);
        return receive();
    }

    Reply ask(String name, int type) throws IOException {
        return ask(Message.query(7, name, type).edns(1232).done());
    }

    /** The output of a {@code dig} session at this proxy. */
    String dig(String... arguments) throws Exception {
        return digAt(address, arguments);
    }

    static String digAt(InetSocketAddress server, String... arguments) throws Exception {
        String host = "@" + server.getAddress().getHostAddress();
        List<String> command = new ArrayList<>(List.of("dig", host, "+tries=1", "+time=20"));
        command.addAll(List.of("-p", Integer.toString(server.getPort())));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("dig did not end: " + output);
        }
        return output;
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public void close() {
        socket.close();
        proxy.close();
    }
}
