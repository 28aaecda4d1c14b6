package io.fleetwall.load.deployment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A systemd unit: its settings by key, each with all its values in order. */
record UnitFile(String path, Map<String, List<String>> settings) {
    static UnitFile read(String path) {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        for (String line : Tree.read(path).replace("\\\n", " ").split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#") && !line.startsWith("[")) {
                settings.computeIfAbsent(line.substring(0, equals), key -> new ArrayList<>())
                        .add(line.substring(equals + 1).strip());
            }
        }
        return new UnitFile(path, settings);
    }

    /** All values of a key as one. */
    String text(String key) {
        List<String> values = settings.get(key);
        if (values == null) {
            throw new AssertionError(path + " does not set " + key);
        }
        return String.join(" ", values);
    }

    List<String> words(String key) {
        return List.of(text(key).split("\\s+", -1));
    }
}
