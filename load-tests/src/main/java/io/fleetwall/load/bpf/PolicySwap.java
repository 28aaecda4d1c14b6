package io.fleetwall.load.bpf;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.Direction;
import io.fleetwall.bpf.Interfaces;
import io.fleetwall.bpf.SlotOptions;
import io.fleetwall.bpf.TableSet;
import io.fleetwall.load.result.Commands;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.MalformedPolicyException;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.signature.PolicySigner;
import io.fleetwall.protocol.signature.PolicyVerifier;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;

/**
 * From signed bytes in hand to enforced: what a node does when the gateway sends a policy. Two
 * policies in turn, so that each swap is a change; the old tables are released outside of the time.
 */
final class PolicySwap {
    private static final int WARM_UP = 15;
    private static final int SWAPS = 41;
    private static final int FLIPS = 20_000;
    private static final String LINK = "swaphost";

    private final DataPlane plane;
    private final KeyPair fleet;
    private final PolicyVerifier verifier;
    private final List<Line> lines = new ArrayList<>();
    private final List<Series> series = new ArrayList<>();

    PolicySwap(DataPlane plane) throws GeneralSecurityException {
        this.plane = plane;
        this.fleet = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        this.verifier = PolicyVerifier.of(List.of(fleet.getPublic().getEncoded()));
    }

    Section measure() throws MalformedPolicyException {
        Commands.all(
                "ip link add " + LINK + " type veth peer name swapjob",
                "ip link set " + LINK + " up");
        int ifindex = Interfaces.indexOf(LINK);
        plane.attach(LINK, ifindex, Direction.INGRESS);
        try {
            for (int rules : new int[] {10, 10_000}) {
                swaps(ifindex, rules);
            }
            flips(ifindex);
        } finally {
            plane.detach(ifindex);
            Commands.run("ip link del " + LINK);
        }
        return new Section(
                "Change of policy",
                "signed bytes in hand -> signature checked, decoded, tables built beside and read"
                        + " back, flipped; medians of "
                        + SWAPS,
                lines,
                series);
    }

    private void swaps(int ifindex, int rules) throws MalformedPolicyException {
        List<SignedPolicy> policies = List.of(signed(rules, 8080), signed(rules, 9090));
        Stages stages = new Stages(rules);
        for (int i = 0; i < WARM_UP + SWAPS; i++) {
            swap(ifindex, policies.get(i % 2), i < WARM_UP ? new Stages(rules) : stages);
        }
        stages.report();
    }

    /** Between two sets that stand: nothing but the flip, often enough to be compiled. */
    private void flips(int ifindex) {
        TableSet one = plane.build(BenchPolicies.ofNetworks(10), 1, new byte[32]);
        TableSet other = plane.build(BenchPolicies.ofNetworks(10), 1, new byte[32]);
        Series flips = new Series("flips, ns");
        for (int i = 0; i < 2 * FLIPS; i++) {
            long start = System.nanoTime();
            plane.flip(ifindex, i % 2 == 0 ? one : other, SlotOptions.NONE);
            if (i >= FLIPS) {
                flips.add((double) (System.nanoTime() - start));
            }
        }
        lines.add(
                Line.of(
                        "flip alone, the call, warm (median / 99th percentile)",
                        "%.0f / %.0f ns",
                        flips.median(),
                        flips.percentile(99)));
    }

    private SignedPolicy signed(int rules, int port) {
        String keyId = PolicyVerifier.keyId(fleet.getPublic().getEncoded());
        byte[] body = CanonicalForm.bytes(BenchPolicies.ofRules(rules, port));
        return new PolicySigner(keyId, fleet.getPrivate()).sign(1, Digest.of(new byte[0]), body);
    }

    private void swap(int ifindex, SignedPolicy signed, Stages stages)
            throws MalformedPolicyException {
        List<TableSet> before = plane.tableSets();
        long start = System.nanoTime();
        if (!verifier.accepts(signed)) {
            throw new IllegalStateException("the signature does not fit");
        }
        long verified = System.nanoTime();
        CompiledPolicy policy = CanonicalForm.read(signed.body().orElseThrow());
        HostTable hosts = HostTable.of(policy);
        long decoded = System.nanoTime();
        TableSet set = plane.build(policy, 1, signed.policy().bytes());
        long built = System.nanoTime();
        plane.flip(ifindex, set, SlotOptions.NONE);
        long flipped = System.nanoTime();
        stages.verify.add((verified - start) / 1e6);
        stages.decode.add((decoded - verified) / 1e6);
        stages.build.add((built - decoded) / 1e6);
        stages.flip.add((double) (flipped - built));
        stages.whole.add((flipped - start) / 1e6);
        before.stream().filter(old -> old.revision() == 1).forEach(plane::release);
        if (hosts.match(HostTable.wire("h1.example.net"), 0) == null) {
            throw new IllegalStateException("the policy lost its hosts");
        }
    }

    /** The samples of one size. */
    private final class Stages {
        private final int rules;
        private final Series verify;
        private final Series decode;
        private final Series build;
        private final Series flip;
        private final Series whole;

        Stages(int rules) {
            this.rules = rules;
            verify = new Series(rules + " rules: signature, ms");
            decode = new Series(rules + " rules: decode, ms");
            build = new Series(rules + " rules: build, ms");
            flip = new Series(rules + " rules: flip, ns");
            whole = new Series(rules + " rules: whole, ms");
        }

        void report() {
            String of = rules + " rules: ";
            Line all =
                    Line.of(
                            of + "the whole change (median / 95th percentile)",
                            "%.1f / %.1f ms",
                            whole.median(),
                            whole.percentile(95));
            lines.add(rules >= 10_000 ? all.atMost(whole.median(), 60, "ms") : all);
            lines.add(Line.of(of + "  signature", "%.2f ms", verify.median()));
            lines.add(
                    Line.of(
                            of + "  decode, with the DNS proxy's table",
                            "%.2f ms",
                            decode.median()));
            lines.add(Line.of(of + "  tables built beside, read back", "%.2f ms", build.median()));
            lines.add(
                    Line.of(
                            of + "  flip: the call, cold; in it one store",
                            "%.0f ns",
                            flip.median()));
            series.addAll(List.of(verify, decode, build, flip, whole));
        }
    }
}
