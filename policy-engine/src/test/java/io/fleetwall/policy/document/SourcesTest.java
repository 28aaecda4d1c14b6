package io.fleetwall.policy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.fleetwall.policy.Data;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/a.yaml",
                "../a.yaml",
                "a/../b.yaml",
                "a//b.yaml",
                "a.yml",
                "a",
                ".yaml",
                ".git/a.yaml",
                "a\\b.yaml",
                "a\nb.yaml",
                ""
            })
    void paths_that_leave_the_directory_or_hide_are_refused(String path) {
        assertEquals(
                List.of("FW-P080"), codes(List.of(SourceFile.of(path, Data.policy("a", "{}")))));
    }

    @Test
    void a_path_twice_is_refused() {
        SourceFile file = SourceFile.of("a.yaml", Data.policy("a", "{}"));
        assertEquals(List.of("FW-P080"), codes(List.of(file, file)));
    }

    @Test
    void a_document_beyond_the_limit_is_refused_unread() {
        String text = Data.policy("a", "{}") + "#".repeat(8 << 20);
        assertEquals(List.of("FW-P003"), codes(List.of(SourceFile.of("a.yaml", text))));
    }

    @Test
    void more_files_than_a_catalogue_holds_are_refused_unread() {
        List<SourceFile> files = new ArrayList<>();
        for (int i = 0; i <= 5_000; i++) {
            files.add(SourceFile.of(i + ".yaml", "not a policy"));
        }
        assertEquals(List.of("FW-P081"), codes(files));
    }

    @Test
    void nested_collections_end_in_a_problem_and_not_in_a_stack_overflow() {
        String deep = "spec: " + "[".repeat(100_000);
        assertEquals(List.of("FW-P001"), codes(List.of(SourceFile.of("a.yaml", deep))));
    }

    private static List<String> codes(List<SourceFile> files) {
        return assertInstanceOf(PolicySources.Reading.Refused.class, PolicySources.read(files))
                .problems()
                .stream()
                .map(Problem::code)
                .toList();
    }
}
