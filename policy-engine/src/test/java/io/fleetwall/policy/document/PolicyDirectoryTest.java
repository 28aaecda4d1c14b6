package io.fleetwall.policy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.fleetwall.policy.Data;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyDirectoryTest {
    @TempDir Path directory;

    @Test
    void yaml_files_at_any_depth_are_found_by_relative_path_in_order() throws IOException {
        write("b.yaml");
        write("packs/npm.yaml");
        write("a/deep/c.yaml");
        write("README.md");
        assertEquals(List.of("a/deep/c.yaml", "b.yaml", "packs/npm.yaml"), paths());
    }

    @Test
    void hidden_files_are_left_out_and_a_config_maps_links_followed() throws IOException {
        write("..2026_06_01/acme.yaml");
        write(".acme.yaml.swp.yaml");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_06_01"));
        Files.createSymbolicLink(directory.resolve("acme.yaml"), Path.of("..data/acme.yaml"));
        assertEquals(List.of("acme.yaml"), paths());
    }

    @Test
    void a_file_with_the_wrong_extension_is_a_warning() throws IOException {
        write("acme.yml");
        PolicyDirectory.Listing.Found found = found();
        assertEquals(List.of(), found.files());
        assertEquals(List.of("FW-P083"), found.warnings().stream().map(Problem::code).toList());
    }

    @Test
    void a_directory_that_cannot_be_read_whole_is_refused() throws IOException {
        Files.createSymbolicLink(directory.resolve("loop"), directory);
        PolicyDirectory.Listing listing = PolicyDirectory.list(directory);
        assertEquals(
                List.of("FW-P082"),
                assertInstanceOf(PolicyDirectory.Listing.Refused.class, listing).problems().stream()
                        .map(Problem::code)
                        .toList());
        assertInstanceOf(
                PolicyDirectory.Listing.Refused.class,
                PolicyDirectory.list(directory.resolve("absent")));
    }

    private void write(String path) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, Data.policy("a", "{}"));
    }

    private List<String> paths() {
        return found().files().stream().map(SourceFile::path).toList();
    }

    private PolicyDirectory.Listing.Found found() {
        return assertInstanceOf(
                PolicyDirectory.Listing.Found.class, PolicyDirectory.list(directory));
    }
}
