package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.PortClass;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A job that sends without a pause, allowed and denied, and the servers it sends to: whatever is
 * done to the data plane meanwhile, each packet must be judged as ever.
 */
final class JobTraffic implements AutoCloseable {
    static final int TCP = 8443;
    static final int DENIED_TCP = 8444;
    static final String HOST = "10.77.0.1";
    private static final int UDP = 9001;
    private static final int DENIED_UDP = 9002;
    private static final int SOME = 100;

    private final JobNamespace job;
    private final int ifindex;
    private final EchoServer echo;
    private final EchoServer deniedEcho;
    private final DatagramSink sink;
    private final DatagramSink deniedSink;

    JobTraffic() throws IOException {
        job = new JobNamespace();
        ifindex = Interfaces.indexOf(JobNamespace.HOST_LINK);
        echo = new EchoServer(HOST, TCP);
        deniedEcho = new EchoServer(HOST, DENIED_TCP);
        sink = new DatagramSink(HOST, UDP);
        deniedSink = new DatagramSink(HOST, DENIED_UDP);
    }

    int ifindex() {
        return ifindex;
    }

    /** What the job tries once; starts with OK when it got through. */
    String connect(int port) {
        return job.attack("connect.py", "tcp", HOST, "" + port);
    }

    /** Allows what this job is allowed. */
    static CompiledPolicy policy() {
        TreeMap<Integer, Integer> steps = new TreeMap<>(Map.of(0, Outcome.NONE));
        for (int key : List.of(PortClass.TCP.key(TCP), PortClass.UDP.key(UDP))) {
            steps.put(key, Outcome.of(Outcome.Effect.ALLOW, 1));
            steps.put(key + 1, Outcome.NONE);
        }
        int[] starts = steps.keySet().stream().mapToInt(Integer::intValue).toArray();
        int[] outcomes = steps.values().stream().mapToInt(Integer::intValue).toArray();
        return Policies.of(
                List.of(PortProgram.of(starts, outcomes)), List.of(Policies.network(HOST, 32, 0)));
    }

    /** Does something under traffic; every allowed packet arrives, no other does. */
    void during(Runnable change) throws Exception {
        Process stream = job.start("stream.py", HOST, "" + TCP);
        Process sender = job.start("numbered.py", HOST, "" + UDP, "" + DENIED_UDP, "" + DENIED_TCP);
        try (BufferedReader streamed = stream.inputReader(StandardCharsets.UTF_8);
                BufferedReader said = sender.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("CONNECTED", streamed.readLine());
            assertEquals("BEGUN", said.readLine());
            someMore();
            change.run();
            someMore();
            sender.getOutputStream().write('\n');
            sender.getOutputStream().close();
            String[] counts = said.readLine().split(" ", -1);
            int sent = Integer.parseInt(counts[0]);
            await(() -> sink.received() == sent);
            assertEquals("0", counts[1], "connections to a denied port");
            assertEquals(0, deniedSink.received());
            assertEquals(0, deniedEcho.received());
            assertTrue(stream.isAlive(), "the running connection goes on");
        } finally {
            stream.destroyForcibly().waitFor();
            sender.destroyForcibly().waitFor();
        }
    }

    /** Waits until more of what is allowed has arrived. */
    void someMore() {
        int datagrams = sink.received() + SOME;
        long bytes = echo.received() + SOME;
        await(() -> sink.received() >= datagrams && echo.received() >= bytes);
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "did not come true");
            LockSupport.parkNanos(100_000);
        }
    }

    @Override
    public void close() throws IOException {
        echo.close();
        deniedEcho.close();
        sink.close();
        deniedSink.close();
        job.close();
    }
}
