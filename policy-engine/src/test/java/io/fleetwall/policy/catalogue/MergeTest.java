package io.fleetwall.policy.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.policy.Data;
import io.fleetwall.policy.document.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class MergeTest {
    /** One scope of a case of {@code merge.txt}. */
    record Case(String name, List<SourceFile> files, String scope, String gives) {
        @Override
        public String toString() {
            return name + " " + scope;
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        List<SourceFile> files = new ArrayList<>();
        String name = "";
        String scope = "";
        for (String line : Data.lines("merge.txt")) {
            String[] words = line.split(" ", 3);
            switch (words[0]) {
                case "case" -> {
                    name = line.substring(5);
                    files = new ArrayList<>();
                }
                case "policy" -> {
                    String path = words[1].replace('/', '-') + ".yaml";
                    files.add(SourceFile.of(path, Data.policy(words[1], words[2])));
                }
                case "scope" -> scope = line.substring(6);
                case "gives" -> cases.add(new Case(name, files, scope, line.substring(6)));
                default -> throw new IllegalArgumentException(line);
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fitting_policies_are_merged_from_general_to_specific(Case row) {
        Catalogue catalogue = Data.catalogue(row.files().toArray(SourceFile[]::new));
        assertEquals(row.gives(), describe(catalogue.effective(scope(row.scope()))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_order_of_files_does_not_matter(Case row) {
        Catalogue catalogue = Data.catalogue(row.files().reversed().toArray(SourceFile[]::new));
        assertEquals(row.gives(), describe(catalogue.effective(scope(row.scope()))));
    }

    @Test
    void included_rules_keep_the_name_and_place_of_their_pack() {
        Catalogue catalogue =
                Data.catalogue(
                        SourceFile.of("p.yaml", Data.policy("packs/p", "{allow: [{host: a.b}]}")),
                        SourceFile.of("a.yaml", Data.policy("a", "{include: [packs/p]}")));
        ScopedRule rule = catalogue.effective(scope("{}")).allow().getFirst();
        assertEquals("packs/p", rule.policy());
        assertEquals("p.yaml:4:16", rule.rule().origin().toString());
    }

    private static String describe(EffectivePolicy policy) {
        return "%s %s %s%s fits %s allow %s deny %s"
                .formatted(
                        policy.mode(),
                        policy.fallback(),
                        policy.onDeny(),
                        policy.queryTypes().stated()
                                ? " asks " + policy.queryTypes().toString().replace(" ", "")
                                : "",
                        policy.fits().isEmpty() ? "-" : String.join(",", policy.fits()),
                        subjects(policy.allow()),
                        subjects(policy.deny()));
    }

    private static String subjects(List<ScopedRule> rules) {
        List<String> subjects =
                rules.stream().map(r -> r.rule().subject().replace(' ', ':')).toList();
        return subjects.isEmpty() ? "-" : String.join(",", subjects);
    }

    private static Scope scope(String yaml) {
        Map<?, ?> map = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
        TreeSet<String> labels = new TreeSet<>();
        if (map.get("labels") instanceof List<?> list) {
            list.forEach(label -> labels.add(label.toString()));
        }
        Job job =
                new Job(
                        text(map, "organization"),
                        text(map, "repository"),
                        text(map, "workflow"),
                        text(map, "job"),
                        text(map, "ref"),
                        "1",
                        1,
                        "someone");
        return new Scope(labels, map.isEmpty() ? Optional.empty() : Optional.of(job));
    }

    private static String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }
}
