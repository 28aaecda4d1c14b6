package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.HostPattern;
import io.fleetwall.policy.document.HostPattern.Depth;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.QueryTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the canonical form and nothing but the canonical form: orders, references and effects are
 * checked, so that whoever holds the result can rely on the invariants of {@link CompiledPolicy}.
 */
final class FormReader {
    /** A policy that shares nothing with any. */
    static final CompiledPolicy NOTHING =
            new CompiledPolicy(
                    Mode.ENFORCE,
                    Fallback.DENY,
                    OnDeny.REJECT,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of());

    /** Four texts' lengths and a line. */
    private static final int LEAST_RULE = 20;

    private final byte[] form;
    private final FormCursor cursor;
    private final Likeness like;
    private int programsUsed;

    FormReader(byte[] form, CompiledPolicy like) throws MalformedPolicyException {
        this.form = form;
        this.cursor = new FormCursor(form);
        this.like = new Likeness(like);
    }

    CompiledPolicy read() throws MalformedPolicyException {
        int magic = cursor.number();
        boolean typed = magic == CanonicalForm.MAGIC_QUERY_TYPES;
        cursor.expect(typed || magic == CanonicalForm.MAGIC, "not a policy of this version");
        Mode mode = cursor.constant(Mode.values());
        Fallback fallback = cursor.constant(Fallback.values());
        OnDeny onDeny = cursor.constant(OnDeny.values());
        QueryTypes queryTypes = typed ? queryTypes() : QueryTypes.UNSTATED;
        List<CompiledRule> rules = rules();
        List<PortProgram> programs = programs(rules.size());
        List<NetworkEntry> networks = networks(programs.size());
        List<HostEntry> hosts = hosts(programs.size());
        cursor.expect(programsUsed == programs.size(), "a program nothing uses");
        cursor.expectEnd();
        return new CompiledPolicy(
                mode, fallback, onDeny, queryTypes, rules, programs, networks, hosts);
    }

    private QueryTypes queryTypes() throws MalformedPolicyException {
        int count = cursor.count(QueryTypes.MAX);
        cursor.expect(count > 0, "no query types");
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int type = cursor.number();
            cursor.expect(types.isEmpty() || type > types.getLast(), "order of query types");
            types.add(type);
        }
        try {
            return QueryTypes.of(types);
        } catch (IllegalArgumentException e) {
            throw new MalformedPolicyException("canonical policy: " + e.getMessage());
        }
    }

    private List<CompiledRule> rules() throws MalformedPolicyException {
        int count = cursor.count(Compiler.MAX_RULES);
        cursor.expect(count <= form.length / LEAST_RULE, "length of a list");
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            starts[i] = cursor.position();
            cursor.skipText();
            cursor.skipText();
            cursor.number();
            cursor.skipText();
            cursor.skipText();
        }
        starts[count] = cursor.position();
        return count == 0 ? List.of() : like.rules(new Rules(form, starts));
    }

    private List<PortProgram> programs(int rules) throws MalformedPolicyException {
        int count = cursor.count(Compiler.MAX_PROGRAMS);
        List<PortProgram> programs = new ArrayList<>();
        ProgramIndex distinct = new ProgramIndex(programs);
        for (int i = 0; i < count; i++) {
            PortProgram program = like.program(alike(program(rules), programs));
            cursor.expect(distinct.find(program) < 0, "a program twice");
            programs.add(program);
            distinct.added(i);
        }
        return programs;
    }

    private PortProgram program(int rules) throws MalformedPolicyException {
        int steps = cursor.octet();
        cursor.expect(steps >= 1 && steps <= PortProgram.MAX_STEPS, "steps of a program");
        int[] starts = new int[steps];
        int[] outcomes = new int[steps];
        for (int i = 0; i < steps; i++) {
            starts[i] = cursor.number();
            boolean ascending = i == 0 ? starts[i] == 0 : starts[i] > starts[i - 1];
            cursor.expect(ascending && starts[i] <= 0x3ffff, "order of a program's steps");
            outcomes[i] = outcome(rules);
            cursor.expect(i == 0 || outcomes[i] != outcomes[i - 1], "a step that changes nothing");
        }
        return PortProgram.owning(starts, outcomes);
    }

    /** Most hosts of a policy have the same ports: those of the one before. */
    private static PortProgram alike(PortProgram program, List<PortProgram> before) {
        return before.isEmpty() ? program : program.or(before.getLast());
    }

    private int outcome(int rules) throws MalformedPolicyException {
        int word = cursor.number();
        cursor.expect((word & 3) != 3, "effect of an outcome");
        boolean known = Outcome.rule(word) >= 1 && Outcome.rule(word) <= rules;
        cursor.expect(word == Outcome.NONE || ((word & 3) != 0 && known), "rule of an outcome");
        return word;
    }

    private List<NetworkEntry> networks(int programs) throws MalformedPolicyException {
        int count = cursor.count(Compiler.MAX_NETWORKS);
        List<NetworkEntry> networks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] address = cursor.octets(16);
            int length = cursor.octet();
            cursor.expect(length <= 128 && lowBitsClear(address, length), "bits of a prefix");
            NetworkEntry entry = new NetworkEntry(address, length, use(programs));
            cursor.expect(i == 0 || order(networks.getLast(), entry) < 0, "order of networks");
            networks.add(entry);
        }
        return networks;
    }

    private List<HostEntry> hosts(int programs) throws MalformedPolicyException {
        int count = cursor.count(Compiler.MAX_HOSTS);
        List<HostEntry> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Depth depth = cursor.constant(Depth.values());
            String base = cursor.text(like.hostBase());
            HostEntry entry = like.host(new HostEntry(pattern(depth, base), use(programs)));
            cursor.expect(i == 0 || order(hosts.getLast(), entry) < 0, "order of hosts");
            hosts.add(entry);
        }
        return hosts;
    }

    private static HostPattern pattern(Depth depth, String base) throws MalformedPolicyException {
        try {
            return new HostPattern(depth, base);
        } catch (IllegalArgumentException e) {
            throw new MalformedPolicyException("host pattern: " + base);
        }
    }

    /** Programs are numbered in the order of their first use. */
    private int use(int programs) throws MalformedPolicyException {
        int program = cursor.number();
        cursor.expect(program >= 0 && program < programs, "reference to a program");
        cursor.expect(program <= programsUsed, "order of programs");
        programsUsed = Math.max(programsUsed, program + 1);
        return program;
    }

    private static int order(NetworkEntry first, NetworkEntry second) {
        int address = Arrays.compareUnsigned(first.address(), second.address());
        return address != 0 ? address : Integer.compare(first.length(), second.length());
    }

    /** As hosts are sorted. */
    static int order(HostEntry first, HostEntry second) {
        int base = first.pattern().base().compareTo(second.pattern().base());
        return base != 0 ? base : first.pattern().depth().compareTo(second.pattern().depth());
    }

    private static boolean lowBitsClear(byte[] address, int length) {
        for (int bit = length; bit < 128; bit++) {
            if ((address[bit >> 3] & 0x80 >> (bit & 7)) != 0) {
                return false;
            }
        }
        return true;
    }
}
