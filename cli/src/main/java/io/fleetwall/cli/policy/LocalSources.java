package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.text.Json;
import io.fleetwall.policy.document.PolicyDirectory;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Policy sources on this machine.
 *
 * @param directory what the paths of the sources are relative to, for messages; empty for single
 *     files
 * @param files the sources
 * @param problems with reading them
 */
record LocalSources(Path directory, List<SourceFile> files, List<Problem> problems) {
    LocalSources {
        files = List.copyOf(files);
        problems = List.copyOf(problems);
    }

    /** One directory, or any number of files. */
    static LocalSources read(List<Path> paths) {
        if (paths.size() == 1 && Files.isDirectory(paths.getFirst())) {
            return readDirectory(paths.getFirst());
        }
        Path directory = directoryOf(paths);
        List<SourceFile> files = new ArrayList<>();
        for (Path path : paths) {
            files.add(readFile(directory, path));
        }
        return new LocalSources(directory, files, List.of());
    }

    /**
     * What the files' paths are told from: their parent if they share it, else a common ancestor.
     */
    private static Path directoryOf(List<Path> paths) {
        if (paths.stream().map(Path::getParent).distinct().limit(2).count() == 1) {
            return Optional.ofNullable(paths.getFirst().getParent()).orElse(Path.of(""));
        }
        Path common = absolute(paths.getFirst());
        for (Path path : paths) {
            while (!absolute(path).startsWith(common)) {
                common = Optional.ofNullable(common.getParent()).orElseThrow();
            }
        }
        return common;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static LocalSources readDirectory(Path directory) {
        return switch (PolicyDirectory.list(directory)) {
            case PolicyDirectory.Listing.Found(var files, var warnings) ->
                    new LocalSources(directory, files, warnings);
            case PolicyDirectory.Listing.Refused(var problems) ->
                    new LocalSources(directory, List.of(), problems);
        };
    }

    private static SourceFile readFile(Path directory, Path path) {
        try {
            String name = absolute(directory).relativize(absolute(path)).toString();
            return new SourceFile(name, Files.readAllBytes(path));
        } catch (IOException e) {
            throw new ToolException(
                    ExitCode.USAGE,
                    "cannot read " + path,
                    "one directory of policies, or files of policies");
        }
    }

    /** The body with which the gateway is asked to validate or publish them. */
    ObjectNode request() {
        ObjectNode body = Json.object();
        ArrayNode array = body.putArray("files");
        for (SourceFile file : files) {
            array.addObject().put("path", file.path()).put("text", file.text());
        }
        return body;
    }
}
