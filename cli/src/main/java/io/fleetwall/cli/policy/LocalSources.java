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
        List<SourceFile> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                throw new ToolException(
                        ExitCode.USAGE, path + " is a directory", "one directory, or files");
            }
            files.add(readFile(path));
        }
        return new LocalSources(Path.of(""), files, List.of());
    }

    private static LocalSources readDirectory(Path directory) {
        return switch (PolicyDirectory.list(directory)) {
            case PolicyDirectory.Listing.Found(var files, var warnings) ->
                    new LocalSources(directory, files, warnings);
            case PolicyDirectory.Listing.Refused(var problems) ->
                    new LocalSources(directory, List.of(), problems);
        };
    }

    private static SourceFile readFile(Path path) {
        try {
            return new SourceFile(path.toString(), Files.readAllBytes(path));
        } catch (IOException e) {
            throw new ToolException(
                    ExitCode.USAGE, "cannot read " + path, "a policy file, or a directory of them");
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
