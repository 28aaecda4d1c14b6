package io.fleetwall.policy.document;

import io.fleetwall.policy.document.EgressPolicy.Include;
import io.fleetwall.policy.document.EgressPolicy.Lock;
import io.fleetwall.policy.document.RuleReader.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Reads one policy document: a policy, or all problems at once with their places.
 *
 * <p>Strict, because a key that is silently ignored is a rule its author believes in: unknown keys,
 * duplicates, wrong types and YAML's own indirections are errors.
 */
public final class PolicyReader {
    private static final String API_VERSION = "fleetwall.io/v1";
    private static final String KIND = "EgressPolicy";
    private static final List<String> ROOT_KEYS = List.of("apiVersion", "kind", "metadata", "spec");
    private static final List<String> METADATA_KEYS = List.of("name", "description");
    private static final List<String> SPEC_KEYS =
            List.of(
                    "match",
                    "mode",
                    "default",
                    "onDeny",
                    "queryTypes",
                    "locked",
                    "include",
                    "allow",
                    "deny");
    private static final List<String> NOT_IN_PACKS =
            List.of("match", "mode", "default", "onDeny", "queryTypes", "locked");
    private static final Pattern NAME =
            Pattern.compile("(packs/)?[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?");

    private final ProblemLog log;
    private Origin nameOrigin;

    private PolicyReader(String file) {
        log = new ProblemLog(file);
        nameOrigin = log.start();
    }

    /** What reading came to. */
    public sealed interface Reading {
        /** A policy, and what its author should look at. */
        record Policy(EgressPolicy policy, List<Problem> warnings) implements Reading {}

        /** Every problem, warnings included, by line. */
        record Refused(List<Problem> problems) implements Reading {}
    }

    /**
     * Reads one document.
     *
     * @param file its name in problems and rules
     * @param yaml UTF-8
     */
    public static Reading read(String file, byte[] yaml) {
        Draft draft = draft(file, yaml);
        EgressPolicy policy = draft.policy();
        return policy == null
                ? new Reading.Refused(draft.problems())
                : new Reading.Policy(policy, draft.problems());
    }

    /**
     * What could be understood.
     *
     * @param name also of a refused document, so that its includers are not told it is unknown;
     *     empty where it is unreadable
     * @param policy null where there are errors
     */
    record Draft(String name, @Nullable EgressPolicy policy, List<Problem> problems) {}

    static Draft draft(String file, byte[] yaml) {
        return new PolicyReader(file).document(yaml);
    }

    private Draft document(byte[] yaml) {
        Node node = new YamlSource(log.start().file(), log).read(yaml);
        if (node == null) {
            return new Draft("", null, log.sorted());
        }
        Section root = Section.of(node, ROOT_KEYS, log);
        constant(root, "apiVersion", API_VERSION, ProblemCode.API_VERSION);
        constant(root, "kind", KIND, ProblemCode.NOT_ONE_OF);
        Node metadataNode = root.required("metadata", "write metadata: { name: … }");
        Node specNode = root.required("spec", "write spec: with allow and deny below it");
        String name = "";
        String description = "";
        if (metadataNode != null) {
            Section metadata = Section.of(metadataNode, METADATA_KEYS, log);
            name = name(metadata);
            description = text(metadata, "description");
        }
        if (specNode == null) {
            return new Draft(name, null, log.sorted());
        }
        Section spec = Section.of(specNode, SPEC_KEYS, log);
        EgressPolicy policy = policy(name, description, spec);
        return new Draft(name, log.hasErrors() ? null : policy, log.sorted());
    }

    private EgressPolicy policy(String name, String description, Section spec) {
        if (name.startsWith(EgressPolicy.PACKS)) {
            pack(spec);
        }
        Node match = spec.value("match");
        return new EgressPolicy(
                name,
                description,
                match == null ? Match.ANY : MatchReader.read(match, log),
                spec.constant("mode", Mode.values()),
                spec.constant("default", Fallback.values()),
                spec.constant("onDeny", OnDeny.values()),
                queryTypes(spec),
                spec.isTrue("locked") ? Lock.LOCKED : Lock.OPEN,
                include(spec),
                new RuleReader(log, Verb.ALLOW).read(spec),
                new RuleReader(log, Verb.DENY).read(spec),
                nameOrigin);
    }

    private void pack(Section spec) {
        for (String key : NOT_IN_PACKS) {
            Node at = spec.key(key);
            if (at != null) {
                log.report(
                        ProblemCode.PACK_KEY,
                        at,
                        "a pack cannot say " + key,
                        "packs hold include, allow and deny; say it in the policy that includes it");
            }
        }
    }

    private Optional<QueryTypes> queryTypes(Section spec) {
        Node at = spec.value("queryTypes");
        if (at == null) {
            return Optional.empty();
        }
        List<Integer> types = new ArrayList<>();
        for (ScalarNode element : spec.texts("queryTypes")) {
            OptionalInt type = QueryTypes.named(element.getValue());
            type.ifPresent(types::add);
            if (type.isEmpty()) {
                log.report(
                        ProblemCode.QUERY_TYPE,
                        element,
                        element.getValue() + " is no type of records",
                        "A, AAAA, MX, TXT or the like, or TYPE and a number");
            }
        }
        if (types.isEmpty() || types.size() > QueryTypes.MAX) {
            if (!log.hasErrors()) {
                log.report(
                        ProblemCode.QUERY_TYPE,
                        at,
                        "queryTypes names " + types.size() + " types",
                        "name 1 to " + QueryTypes.MAX + ", or leave it out for the node's list");
            }
            return Optional.empty();
        }
        return Optional.of(QueryTypes.of(types));
    }

    private List<Include> include(Section spec) {
        List<Include> includes = new ArrayList<>();
        for (ScalarNode element : spec.texts("include")) {
            String pack = element.getValue();
            if (!pack.startsWith(EgressPolicy.PACKS)) {
                log.report(
                        ProblemCode.INCLUDE_NOT_PACK,
                        element,
                        pack + " is not a pack",
                        "only packs can be included: packs/…");
            } else if (includes.stream().anyMatch(include -> include.pack().equals(pack))) {
                log.report(
                        ProblemCode.INCLUDE_TWICE, element, pack + " twice", "remove one of them");
            } else {
                includes.add(new Include(pack, log.origin(element)));
            }
        }
        return includes;
    }

    private void constant(Section root, String key, String only, ProblemCode code) {
        Node at = root.required(key, "write " + key + ": " + only);
        String text = root.text(key);
        if (at != null && text != null && !text.equals(only)) {
            log.report(code, at, key + " " + text + " is unknown", "write " + only);
        }
    }

    /** The name, or nothing after a report. */
    private String name(Section metadata) {
        Node at = metadata.required("name", "write name: …, unique among all policies");
        String text = metadata.text("name");
        if (at == null || text == null) {
            return "";
        }
        nameOrigin = log.origin(at);
        if (NAME.matcher(text).matches()) {
            return text;
        }
        log.report(
                ProblemCode.NAME,
                at,
                "\"" + text + "\" is not a policy name",
                "names are up to 128 of a-z, 0-9, '.', '_' and '-'; a pack's starts with packs/");
        return "";
    }

    private static String text(Section section, String key) {
        String text = section.text(key);
        return text == null ? "" : text;
    }
}
