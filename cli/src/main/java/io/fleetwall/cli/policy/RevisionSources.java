package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.policy.document.SourceFile;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** Policy sources by path, each as text. */
final class RevisionSources {
    private RevisionSources() {}

    /** Of a revision as the gateway answers it. */
    static SortedMap<String, String> of(JsonNode revision) {
        SortedMap<String, String> texts = new TreeMap<>();
        for (JsonNode file : revision.path("files")) {
            texts.put(file.path("path").asText(), file.path("text").asText());
        }
        return texts;
    }

    /** Of files on this machine. */
    static SortedMap<String, String> of(Collection<SourceFile> files) {
        SortedMap<String, String> texts = new TreeMap<>();
        files.forEach(file -> texts.put(file.path(), file.text()));
        return texts;
    }
}
