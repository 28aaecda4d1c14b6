package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.DataPlaneConfig;
import io.fleetwall.bpf.Direction;
import io.fleetwall.bpf.Interfaces;
import io.fleetwall.bpf.SlotOptions;
import io.fleetwall.laboratory.process.Quickest;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestNetwork.Said;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Capability;
import io.fleetwall.protocol.message.NodeState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Root of the node meddles with what enforces. Within two seconds the gateway must have heard what
 * was found, done and passed; the sniffer in the world says whether enforcement is back.
 */
class TamperTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/fleetwall-test");
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final String LIMITED = "at most \\d+ packets of the last \\d{1,4} ms";

    private final TestNetwork network = TestNetwork.create(6);
    private final TestWorld world = TestWorld.create();
    private final TestAgent agent;
    private Path version = PINS;

    TamperTest(@TempDir Path place) throws Exception {
        agent = TestAgent.create(place, network.host(), "");
        agent.policy("allow:\n  - host: allowed.example\n    ports: [8080]\n");
    }

    @BeforeEach
    void start() throws Exception {
        agent.start();
        try (Stream<Path> versions = Files.list(PINS)) {
            version = versions.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        assertStopped();
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        world.close();
        network.close();
    }

    @Test
    void a_detached_link_is_attached_again() throws Exception {
        assertTold(
                EventKind.TAMPER_DETACHED,
                "detached; it is as it was again. Not judged: " + LIMITED,
                () -> bpftool("link detach pinned " + link()));
        assertStopped();
        Await.until(
                () -> attested().contains(Attestation.State.TAMPERED), () -> attested().toString());
        Await.until(
                () -> attested().getLast() == Attestation.State.REPAIRED,
                () -> attested().toString());
    }

    @Test
    void the_gateway_hears_at_once_what_the_kernel_has_and_that_all_is_well() {
        Await.until(() -> !attested().isEmpty(), () -> agent.gateway().heard().toString());
        NodeState told = agent.gateway().heard(NodeState.class).getFirst();
        assertEquals(List.of(Attestation.State.OK), attested());
        assertEquals("r", told.runners().getFirst().runner());
        Map<String, Capability.Presence> kernel =
                told.kernel().stream()
                        .collect(Collectors.toMap(Capability::name, Capability::presence));
        assertEquals(Capability.Presence.PRESENT, kernel.get("tcx"), kernel::toString);
        assertEquals(Capability.Presence.PRESENT, kernel.get("btf"), kernel::toString);
    }

    private List<Attestation.State> attested() {
        return agent.gateway().heard(NodeState.class).stream()
                .map(state -> state.runners().getFirst().state())
                .toList();
    }

    @Test
    void a_removed_pin_is_put_back() throws Exception {
        assertTold(
                EventKind.TAMPER_DETACHED,
                "it is as it was again",
                () -> {
                    Files.delete(link());
                    return "";
                });
        assertTrue(Files.exists(link()));
        assertStopped();
    }

    @Test
    void a_program_put_before_ours_is_second_again() throws Exception {
        int ifindex = Interfaces.indexOf(network.host());
        var open =
                new CompiledPolicy(
                        Mode.ENFORCE,
                        Fallback.ALLOW,
                        OnDeny.DROP,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());
        Quickest.isBelow(
                AT_ONCE,
                () -> {
                    Path pins = Path.of("/sys/fs/bpf/fleetwall-other");
                    try (DataPlane other = DataPlane.open(new DataPlaneConfig(pins))) {
                        var table = other.build(open, 1, new byte[32]);
                        Duration took =
                                told(
                                        EventKind.TAMPER_DETACHED,
                                        "another program first.*: " + LIMITED,
                                        () -> {
                                            other.attach(
                                                    network.host(), ifindex, Direction.INGRESS);
                                            other.flip(ifindex, table, SlotOptions.NONE);
                                            return "";
                                        });
                        assertStopped();
                        other.uninstall();
                        return took;
                    }
                });
    }

    @Test
    void a_slot_set_to_audit_enforces_again() throws Exception {
        Path slots = version.resolve("slots");
        String first = slots + " key hex 00 00 00 00";
        List<String> word = values(bpftool("-j map lookup pinned " + first)).getFirst();
        assertEquals("00", word.get(1), "enforces");
        word.set(1, "01");
        String change = "map update pinned " + first + " value hex " + String.join(" ", word);
        assertTold(
                EventKind.TAMPER_TABLE,
                "the slot of .* as it was again. Judged by revision 1 in mode audit instead: "
                        + LIMITED,
                () -> bpftool(change));
        assertStopped();
    }

    @Test
    void an_address_added_to_a_table_is_gone() throws Exception {
        assertTold(
                EventKind.TAMPER_TABLE,
                "198.51.100.1 was added to the learned addresses.*built anew within \\d+ ms",
                this::addAddress);
        assertStopped();
    }

    private String addAddress() throws Exception {
        Path outer = version.resolve("learned_tables");
        String entry =
                " key hex 00 00 00 00 00 00 00 00 00 00 ff ff c6 33 64 01"
                        + " value hex ff ff ff ff ff ff ff 7f 01 00 00 00 00 00 00 00";
        int written = 0;
        for (List<String> inner : values(bpftool("-j map dump pinned " + outer))) {
            int id = Integer.parseInt(String.join("", inner.reversed()), 16);
            if (id != 0) {
                bpftool("map update id " + id + entry);
                written++;
            }
        }
        assertTrue(written > 0);
        return "";
    }

    @Test
    void flushed_nftables_are_back() throws Exception {
        assertTold(
                EventKind.TAMPER_TABLE,
                "nftables rules of the node.*they are back",
                () -> new ProcessBuilder("nft", "flush", "ruleset").start().waitFor() + "");
        assertStopped();
    }

    @Test
    void a_control_group_named_as_the_agents_own_is_bound_again() throws Exception {
        String entry = "pinned " + version.resolve("agent") + " key hex 00 00 00 00";
        String before = bpftool("map lookup " + entry);
        assertTold(
                EventKind.TAMPER_TABLE,
                "now as they were: 1 of the map agent",
                () -> bpftool("map update " + entry + " value hex 01 00 00 00 00 00 00 00"));
        assertEquals(before, bpftool("map lookup " + entry));
    }

    @Test
    void a_stranger_named_as_the_nodes_own_address_is_a_stranger_again() throws Exception {
        String self = "pinned " + version.resolve("self");
        String before = bpftool("map dump " + self);
        String stranger = " 00 00 00 00 00 00 00 00 00 00 ff ff c6 33 64 01 value hex 01";
        String change = "map update " + self + " key hex " + littleEndian() + stranger;
        assertTold(
                EventKind.TAMPER_TABLE,
                "now as they were: 1 of the map self",
                () -> bpftool(change));
        assertEquals(before, bpftool("map dump " + self));
        assertStopped();
    }

    private String littleEndian() {
        int number = Integer.reverseBytes(Interfaces.indexOf(network.host()));
        return String.format("%08x", number).replaceAll("(..)(?=.)", "$1 ");
    }

    private Path link() throws IOException {
        return version.resolve("links/" + Interfaces.indexOf(network.host()) + "_ingress");
    }

    private static String bpftool(String arguments) throws Exception {
        Process process =
                new ProcessBuilder(("bpftool " + arguments).split(" ", -1))
                        .redirectErrorStream(true)
                        .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> arguments + ": " + text);
        return text;
    }

    /** Each value of a dump, as hexadecimal bytes. */
    private static List<List<String>> values(String dump) {
        return Pattern.compile("\"value\":\\[([^]]*)]")
                .matcher(dump)
                .results()
                .map(found -> found.group(1).replaceAll("[\"\\s]|0x", "").split(",", -1))
                .map(bytes -> (List<String>) new ArrayList<>(List.of(bytes)))
                .toList();
    }

    private void assertTold(EventKind kind, String words, Callable<String> tampering)
            throws Exception {
        Quickest.isBelow(AT_ONCE, () -> told(kind, words, tampering));
    }

    /** How long after it was done it is told. */
    private Duration told(EventKind kind, String words, Callable<String> tampering)
            throws Exception {
        Pattern pattern = Pattern.compile(words);
        long before = matching(kind, pattern).size();
        tampering.call();
        long from = System.nanoTime();
        Await.until(() -> matching(kind, pattern).size() > before, () -> agent.events().toString());
        Duration took = Duration.ofNanos(System.nanoTime() - from);
        System.out.println(took + ": " + matching(kind, pattern).getLast());
        return took;
    }

    private List<String> matching(EventKind kind, Pattern pattern) {
        return agent.events().stream()
                .filter(event -> event.kind() == kind)
                .map(Event::message)
                .filter(text -> pattern.matcher(text).find())
                .toList();
    }

    private void assertStopped() throws IOException {
        int before = world.saw().size();
        Said said =
                network.inside("timeout", "10", "bash", "-c", "exec 3<>/dev/tcp/198.51.100.1/8080");
        assertNotEquals(0, said.status());
        assertTrue(said.text().contains("refused"), said::text);
        List<String> after = world.saw();
        assertEquals(List.of(), after.subList(before, after.size()));
    }
}
