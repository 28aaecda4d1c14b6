package io.fleetwall.node.enforce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.Interfaces;
import io.fleetwall.bpf.LinkKind;
import io.fleetwall.bpf.TestRun;
import io.fleetwall.node.dns.LearnedAnswer;
import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.verdict.Reason;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One runner's policy against the real kernel, frame by frame. */
class RunnerPolicyTest {
    private static final String ALLOW_A = "allow:\n  - cidr: 192.0.2.1/32\n";
    private static final String ALLOW_B = "allow:\n  - cidr: 192.0.2.2/32\n";
    private static final String ALLOW_HOST = "allow:\n  - host: api.example.com\n";
    private static final byte[] A = {(byte) 192, 0, 2, 1};
    private static final byte[] B = {(byte) 192, 0, 2, 2};
    private static final byte[] API = {(byte) 203, 0, 113, 7};

    @TempDir Path state;
    private final TestFleet fleet;
    private final FleetKeys keys = new FleetKeys();
    private final Scope idle = new Scope(new TreeSet<>(Set.of("linux")), Optional.empty());
    private TestNetwork network;
    private Enforcement node;
    private RunnerSlots slot;
    private RunnerGate gate;
    private RunnerPolicy policy;

    @SuppressWarnings("NullAway.Init") // set up before each test
    RunnerPolicyTest() throws Exception {
        fleet = new TestFleet();
        keys.trust(List.of(fleet.key()));
    }

    @BeforeEach
    void start() throws IOException {
        network = TestNetwork.create(7);
        open();
    }

    private void open() throws IOException {
        OneRunner runner = OneRunner.open(network.host(), state, keys);
        node = runner.node();
        slot = runner.slot();
        gate = runner.gate();
        policy = runner.policy();
    }

    @AfterEach
    void stop() throws IOException {
        node.plane().uninstall();
        node.close();
        network.close();
    }

    @Test
    void without_a_policy_everything_is_refused_at_once() {
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(A).reason());
        assertEquals(TestRun.Action.REDIRECT, judged(A).action(), "answered by a reset");
        assertEquals(0, policy.standing().revision());
    }

    @Test
    void a_signed_policy_is_put_in_force_and_replaced_as_a_whole() {
        inForce(fleet.sign(1, idle, ALLOW_A));
        assertEquals(Reason.ALLOWED_BY_RULE, judged(A).reason());
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(B).reason());
        inForce(fleet.sign(2, idle, ALLOW_B));
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(A).reason());
        assertEquals(Reason.ALLOWED_BY_RULE, judged(B).reason());
        assertEquals(1, node.tableSets(), "the replaced tables are freed");
        assertEquals(1, node.plane().tableSets().size(), "in the kernel too");
    }

    @Test
    void the_same_content_under_a_later_revision_touches_nothing_in_the_kernel() {
        SignedPolicy first = fleet.sign(1, idle, ALLOW_A);
        inForce(first);
        long word = word();
        Standing standing = inForce(fleet.sign(2, idle, ALLOW_A).bodiless());
        assertEquals(2, standing.revision());
        assertEquals(word, word());
        refused("FW-N004", first);
    }

    @Test
    void what_is_not_the_fleets_word_for_this_runner_is_refused_and_changes_nothing()
            throws Exception {
        inForce(fleet.sign(5, idle, ALLOW_A));
        long word = word();
        Scope other = new Scope(new TreeSet<>(Set.of("windows")), Optional.empty());
        refused("FW-N002", new TestFleet().sign(6, idle, ALLOW_B));
        SignedPolicy good = fleet.sign(6, idle, ALLOW_B);
        byte[] signature = good.signature();
        signature[10] ^= 1;
        refused(
                "FW-N002",
                new SignedPolicy(
                        6, good.scope(), good.policy(), good.keyId(), signature, good.body()));
        byte[] body = good.body().orElseThrow();
        body[body.length / 2] ^= 1;
        refused(
                "FW-N002",
                new SignedPolicy(
                        6,
                        good.scope(),
                        good.policy(),
                        good.keyId(),
                        good.signature(),
                        Optional.of(body)));
        refused("FW-N003", fleet.sign(6, other, ALLOW_B));
        refused("FW-N004", fleet.sign(4, idle, ALLOW_B));
        refused("FW-N005", fleet.sign(5, idle, ALLOW_B));
        refused("FW-N006", good.bodiless());
        assertEquals(word, word());
        assertEquals(Reason.ALLOWED_BY_RULE, judged(A).reason());
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(B).reason());
    }

    @Test
    void a_closed_agent_leaves_its_policy_in_force_and_the_next_one_adopts_it() throws IOException {
        inForce(fleet.sign(3, idle, ALLOW_A));
        int program = node.plane().programId();
        long word = word();
        node.close();
        open();
        assertTrue(node.plane().adopted());
        assertEquals(program, node.plane().programId());
        assertEquals(3, policy.standing().revision());
        assertEquals(word, word(), "not even the slot word changed");
        assertEquals(Reason.ALLOWED_BY_RULE, judged(A).reason());
        refused("FW-N004", fleet.sign(2, idle, ALLOW_B));
        assertEquals(1, node.plane().tableSets().size());
    }

    @Test
    void a_policy_that_was_tampered_with_on_disk_is_not_restored() throws IOException {
        inForce(fleet.sign(3, idle, ALLOW_A));
        node.close();
        try (Stream<Path> files = Files.list(state.resolve("runners/r/scopes"))) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 40] ^= 1;
                Files.write(file, bytes);
            }
        }
        open();
        assertEquals(0, policy.standing().revision());
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(A).reason());
        refused("FW-N004", fleet.sign(2, idle, ALLOW_A));
        inForce(fleet.sign(3, idle, ALLOW_A));
    }

    @Test
    void learned_addresses_are_carried_over_a_swap_as_the_next_policy_says() {
        inForce(fleet.sign(1, idle, ALLOW_HOST));
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(API).reason());
        assertTrue(learn("api.example.com", API));
        assertEquals(Reason.ALLOWED_BY_RULE, judged(API).reason());
        inForce(fleet.sign(2, idle, ALLOW_HOST + "  - cidr: 192.0.2.1/32\n"));
        assertEquals(Reason.ALLOWED_BY_RULE, judged(API).reason());
        assertEquals("api.example.com", policy.standing().tables().learned().namesOf(mapped(API)));
        inForce(fleet.sign(3, idle, ALLOW_A));
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(API).reason());
    }

    @Test
    void only_tables_that_took_over_every_name_continue_those_before() {
        inForce(fleet.sign(1, idle, ALLOW_HOST));
        learn("api.example.com", API);
        long lineage = gate.policy().lineage();

        inForce(fleet.sign(2, idle, ALLOW_HOST + "  - cidr: 192.0.2.1/32\n"));
        assertEquals(lineage, gate.policy().lineage());
        inForce(fleet.sign(3, idle, ALLOW_HOST + "  - cidr: 192.0.2.1/32\n").bodiless());
        assertEquals(lineage, gate.policy().lineage(), "the same tables");

        inForce(fleet.sign(4, idle, ALLOW_A));
        assertNotEquals(lineage, gate.policy().lineage(), "without that name");
    }

    @Test
    void a_name_learned_during_a_swap_that_the_next_policy_does_not_have_ends_the_line() {
        inForce(fleet.sign(1, idle, ALLOW_HOST));
        long lineage = gate.policy().lineage();
        Standing without = Standing.denyAll(node.sets()).continuing(gate.standing());

        gate.beginSwap(without);
        learn("api.example.com", API);
        gate.endSwap(without, () -> {});

        assertNotEquals(lineage, gate.policy().lineage());
    }

    @Test
    void learned_addresses_are_known_by_name_after_a_restart_and_carried_over_then()
            throws IOException {
        inForce(fleet.sign(1, idle, ALLOW_HOST));
        learn("api.example.com", API);
        node.close();
        open();
        assertEquals(Reason.ALLOWED_BY_RULE, judged(API).reason());
        inForce(fleet.sign(2, idle, ALLOW_HOST + "  - cidr: 192.0.2.1/32\n"));
        assertEquals(Reason.ALLOWED_BY_RULE, judged(API).reason());
    }

    @Test
    void an_answer_judged_under_a_replaced_policy_teaches_nothing() {
        inForce(fleet.sign(1, idle, ALLOW_HOST));
        LearnedAnswer late = answer("api.example.com", API);
        inForce(fleet.sign(2, idle, ALLOW_A));
        assertFalse(gate.learn(late));
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(API).reason());
    }

    @Test
    void names_that_share_an_address_keep_their_own_ports() {
        inForce(
                fleet.sign(
                        1,
                        idle,
                        """
                        allow:
                          - host: web.example.com
                          - host: git.example.com
                            ports: [22/tcp]
                        """));
        learn("web.example.com", API);
        assertEquals(Reason.ALLOWED_BY_RULE, run(API, 443).reason());
        assertEquals(Reason.DENIED_BY_DEFAULT, run(API, 22).reason());
        learn("git.example.com", API);
        assertEquals(Reason.ALLOWED_BY_RULE, run(API, 443).reason());
        assertEquals(Reason.ALLOWED_BY_RULE, run(API, 22).reason());
        assertEquals(Reason.DENIED_BY_DEFAULT, run(API, 80).reason());
    }

    @Test
    void of_names_that_share_an_address_each_is_decided_anew() {
        String web = "  - host: web.example.com\n";
        String git = "  - host: git.example.com\n    ports: [22/tcp]\n";
        inForce(fleet.sign(1, idle, "allow:\n" + web + git));
        learn("web.example.com", API);
        learn("git.example.com", API);
        long lineage = gate.policy().lineage();

        inForce(fleet.sign(2, idle, "allow:\n" + git + web));
        assertEquals(lineage, gate.policy().lineage());
        assertEquals(Reason.ALLOWED_BY_RULE, run(API, 443).reason());
        assertEquals(Reason.ALLOWED_BY_RULE, run(API, 22).reason());

        inForce(fleet.sign(3, idle, "allow:\n" + git));
        assertEquals(Reason.DENIED_BY_DEFAULT, run(API, 443).reason());
        assertEquals(Reason.ALLOWED_BY_RULE, run(API, 22).reason());
        assertEquals("git.example.com", policy.standing().tables().learned().namesOf(mapped(API)));
    }

    @Test
    void a_job_has_its_own_policy_and_leaves_none_behind() {
        inForce(fleet.sign(1, idle, ALLOW_A));
        Job job = new Job("acme", "acme/api", "build.yml", "build", "refs/heads/main", "1", 1, "x");
        Scope running = new Scope(idle.labels(), Optional.of(job));
        policy.become(Optional.of(job));
        assertFalse(policy.settled());
        refused("FW-N003", fleet.sign(1, idle, ALLOW_A));
        inForce(fleet.sign(1, running, ALLOW_B));
        assertTrue(policy.settled());
        assertEquals(Reason.ALLOWED_BY_RULE, judged(B).reason());
        policy.become(Optional.empty());
        assertInstanceOf(RunnerPolicy.Result.InForce.class, policy.restore().orElseThrow());
        assertEquals(Reason.ALLOWED_BY_RULE, judged(A).reason());
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(B).reason());
    }

    @Test
    void attestation_repairs_a_slot_that_somebody_changed() {
        inForce(fleet.sign(1, idle, ALLOW_A));
        assertEquals(List.of(), slot.attest(policy.standing()));
        long word = word();
        Standing locked = Standing.denyAll(node.sets());
        node.plane().flip(index(), locked.tables().set(), io.fleetwall.bpf.SlotOptions.NONE);
        assertNotEquals(word, word());
        List<Tampering> found = slot.attest(policy.standing());
        assertEquals(1, found.size(), found::toString);
        assertTrue(found.getFirst().text().contains(network.host()), found::toString);
        assertEquals(word, word());
        node.sets().release(locked.tables());
    }

    @Test
    void an_interface_that_comes_back_is_judged_again() throws IOException {
        inForce(fleet.sign(1, idle, ALLOW_A));
        network.unplug();
        slot.attest(policy.standing());
        assertFalse(slot.attached());
        inForce(fleet.sign(2, idle, ALLOW_B));
        network.plug();
        slot.attest(policy.standing());
        assertTrue(slot.attached());
        assertEquals(Reason.ALLOWED_BY_RULE, judged(B).reason());
        assertEquals(Reason.DENIED_BY_DEFAULT, judged(A).reason());
    }

    @Test
    void the_digest_in_the_kernel_is_the_signed_one() {
        SignedPolicy signed = fleet.sign(1, idle, ALLOW_A);
        inForce(signed);
        assertArrayEquals(
                signed.policy().bytes(), node.plane().slot(index()).orElseThrow().digest());
        assertEquals(Digest.of(signed.body().orElseThrow()), policy.standing().digest());
    }

    private Standing inForce(SignedPolicy signed) {
        var result = assertInstanceOf(RunnerPolicy.Result.InForce.class, policy.apply(signed));
        policy.tidy();
        return result.standing();
    }

    private void refused(String code, SignedPolicy signed) {
        assertEquals(
                code,
                assertInstanceOf(RunnerPolicy.Result.Refused.class, policy.apply(signed))
                        .why()
                        .code());
    }

    private boolean learn(String name, byte[] address) {
        return gate.learn(answer(name, address));
    }

    private LearnedAnswer answer(String name, byte[] address) {
        byte[] wire = HostTable.wire(name);
        PortProgram program = gate.policy().hosts().match(wire, 0);
        if (program == null) {
            throw new IllegalArgumentException(name + " is not allowed");
        }
        return new LearnedAnswer(gate.policy(), wire, List.of(mapped(address)), 60, program);
    }

    private int index() {
        return Interfaces.indexOf(network.host());
    }

    private long word() {
        return node.plane().slot(index()).orElseThrow().word();
    }

    private TestRun judged(byte[] destination) {
        return run(destination, 443);
    }

    private TestRun run(byte[] destination, int port) {
        return node.plane().tests().run(index(), Frames.syn(destination, port), LinkKind.ETHERNET);
    }

    private static byte[] mapped(byte[] v4) {
        byte[] address = new byte[16];
        address[10] = (byte) 0xff;
        address[11] = (byte) 0xff;
        System.arraycopy(v4, 0, address, 12, 4);
        return address;
    }
}
