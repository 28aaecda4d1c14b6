package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.LinkEvent.AddressAdded;
import io.fleetwall.bpf.LinkEvent.AddressRemoved;
import io.fleetwall.bpf.LinkEvent.Gone;
import io.fleetwall.bpf.LinkEvent.Present;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In the network namespace of the test's own JVM, with real interfaces. */
@Timeout(180)
class LinkWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final List<String> made = new ArrayList<>();

    @AfterEach
    void remove() {
        made.forEach(link -> Shell.run("ip link del " + link));
    }

    private void make(String name, String type) {
        Shell.run("ip link add " + name + " type " + type);
        made.add(name);
    }

    private void remove(String name) {
        Shell.run("ip link del " + name);
        made.remove(name);
    }

    /** Told by the watch, not yet asked for by the test. */
    private final Deque<LinkEvent> told = new ArrayDeque<>();

    /** Everything up to the first event that fits, which is the last. */
    private List<LinkEvent> until(LinkWatch watch, Predicate<LinkEvent> wanted) {
        List<LinkEvent> seen = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (told.isEmpty()) {
                told.addAll(watch.next(Duration.ofMillis(200)));
            }
            while (!told.isEmpty()) {
                LinkEvent event = told.remove();
                seen.add(event);
                if (wanted.test(event)) {
                    return seen;
                }
            }
        }
        throw new AssertionError("not told; but " + seen);
    }

    private Link link(LinkWatch watch, Predicate<Link> wanted) {
        LinkEvent last =
                until(watch, event -> event instanceof Present p && wanted.test(p.link()))
                        .getLast();
        return ((Present) last).link();
    }

    private Link present(LinkWatch watch, String name) {
        return link(watch, link -> link.name().equals(name));
    }

    @Test
    void whatThereIsIsToldFirst() throws Exception {
        try (LinkWatch watch = LinkWatch.open()) {
            List<LinkEvent> all = watch.next(Duration.ZERO);
            assertTrue(
                    all.contains(new Present(new Link(1, "lo", Link.Kind.LOOPBACK, "", 0, true))));
            assertTrue(
                    all.contains(
                            new AddressAdded(
                                    1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 8)));
            assertEquals(List.of(), watch.next(Duration.ZERO), "and once");
        }
    }

    @Test
    void interfacesOfAllKindsAreToldAsTheyCome() {
        try (LinkWatch watch = LinkWatch.open()) {
            make("lw-a", "veth peer name lw-b");
            assertEquals(Link.Kind.VETH, present(watch, "lw-a").kind());
            make("lw-br", "bridge");
            assertEquals(Link.Kind.BRIDGE, present(watch, "lw-br").kind());
            Shell.run("ip tuntap add dev lw-tun mode tun");
            made.add("lw-tun");
            Link tun = present(watch, "lw-tun");
            assertEquals(Link.Kind.TUN, tun.kind());
            assertEquals(Interfaces.indexOf("lw-tun"), tun.ifindex());
        }
    }

    @Test
    void anInterfaceIsFollowedFromUpToABridgeToItsEnd() {
        try (LinkWatch watch = LinkWatch.open()) {
            make("lw-br", "bridge");
            make("lw-a", "veth peer name lw-b");
            int bridge = present(watch, "lw-br").ifindex();
            int port = present(watch, "lw-a").ifindex();
            Shell.run("ip link set lw-a up");
            link(watch, link -> link.ifindex() == port && link.up());
            Shell.run("ip link set lw-a master lw-br");
            link(watch, link -> link.ifindex() == port && link.master() == bridge);
            Shell.run("ip link set lw-a nomaster");
            List<LinkEvent> left =
                    until(
                            watch,
                            event ->
                                    event instanceof Present p
                                            && p.ifindex() == port
                                            && p.link().master() == 0);
            assertTrue(
                    left.stream().noneMatch(Gone.class::isInstance),
                    "a port that leaves its bridge is not gone: " + left);
            Shell.run("ip link set lw-a down");
            link(watch, link -> link.ifindex() == port && !link.up());
            Shell.run("ip link set lw-a name lw-c");
            made.set(made.indexOf("lw-a"), "lw-c");
            assertEquals(port, present(watch, "lw-c").ifindex());
            remove("lw-c");
            LinkEvent gone =
                    until(watch, event -> event instanceof Gone g && g.ifindex() == port).getLast();
            assertEquals("lw-c", ((Gone) gone).link().name());
        }
    }

    @Test
    void addressesComeAndGoInBothFamilies() throws Exception {
        make("lw-a", "veth peer name lw-b");
        int ifindex = Interfaces.indexOf("lw-a");
        InetAddress four = InetAddress.getByName("10.91.0.1");
        InetAddress six = InetAddress.getByName("fd91::1");
        try (LinkWatch watch = LinkWatch.open()) {
            Shell.run("ip addr add 10.91.0.1 peer 10.91.0.9/32 dev lw-a");
            until(watch, new AddressAdded(ifindex, four, 32)::equals);
            Shell.run("ip -6 addr add fd91::1/64 dev lw-a nodad");
            until(watch, new AddressAdded(ifindex, six, 64)::equals);
            Shell.run("ip addr del 10.91.0.1 peer 10.91.0.9/32 dev lw-a");
            until(watch, new AddressRemoved(ifindex, four, 32)::equals);
            remove("lw-a");
            List<LinkEvent> end =
                    until(watch, event -> event instanceof Gone g && g.ifindex() == ifindex);
            assertTrue(end.contains(new AddressRemoved(ifindex, six, 64)), "before: " + end);
        }
    }

    @Test
    void whatWasLostIsFoundByComparing(@TempDir Path directory) throws IOException {
        make("lw-a", "veth peer name lw-b");
        make("lw-c", "veth peer name lw-d");
        int gone = Interfaces.indexOf("lw-c");
        int ifindex = Interfaces.indexOf("lw-a");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 4_000; i++) {
            lines.append("addr add 10.92.%d.%d/32 dev lw-a\n".formatted(i / 250, i % 250 + 1));
        }
        Path batch = Files.writeString(directory.resolve("batch"), lines);
        try (LinkWatch watch = LinkWatch.open()) {
            watch.next(Duration.ZERO);
            Shell.run("ip -batch " + batch);
            remove("lw-c");
            Set<InetAddress> added = new HashSet<>();
            Set<Integer> ended = new HashSet<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while ((added.size() < 4_000 || !ended.contains(gone))
                    && System.nanoTime() < deadline) {
                for (LinkEvent event : watch.next(Duration.ofMillis(100))) {
                    if (event instanceof AddressAdded a && a.address().getAddress().length == 4) {
                        assertEquals(ifindex, a.ifindex());
                        assertTrue(added.add(a.address()), "told twice: " + a);
                    } else if (event instanceof Gone g) {
                        ended.add(g.ifindex());
                    }
                }
            }
            assertEquals(4_000, added.size());
            assertTrue(ended.contains(gone), "its end was announced when nobody had room");
            assertTrue(watch.overruns() > 0, "the test lost nothing");
        }
    }

    @Test
    void closingEndsAWait() throws Exception {
        LinkWatch watch = LinkWatch.open();
        watch.next(Duration.ZERO);
        CompletableFuture<List<LinkEvent>> waiting = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> waiting.complete(watch.next(Duration.ofMinutes(5))));
        while (!watch.awaited()) {
            Thread.onSpinWait();
        }
        watch.close();
        watch.close();
        try {
            assertEquals(List.of(), waiting.get(60, TimeUnit.SECONDS));
        } finally {
            assertThrows(IllegalStateException.class, () -> watch.next(Duration.ZERO));
        }
    }
}
