package io.fleetwall.load.deployment;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What kubectl makes of a kustomization. */
record Overlay(String name, List<Node> objects) {
    static Overlay render(String path) {
        // Standard error apart: newer kubectl warn there of words that older ones need.
        Tree.Run run =
                Tree.run(
                        List.of("sh", "-c", "kubectl kustomize \"$1\" 2>/dev/null", "sh", path),
                        Map.of());
        if (run.status() != 0) {
            Tree.Run told = Tree.run(List.of("kubectl", "kustomize", path), Map.of());
            throw new AssertionError(path + " is not rendered: " + told.output());
        }
        return new Overlay(path, Node.documents(run.output()));
    }

    List<Node> ofKind(String kind) {
        return objects.stream().filter(object -> object.at("kind").is(kind)).toList();
    }

    Optional<Node> find(String kind, String name) {
        return ofKind(kind).stream()
                .filter(object -> object.at("metadata.name").is(name))
                .findFirst();
    }

    Node get(String kind, String name) {
        return find(kind, name)
                .orElseThrow(() -> new AssertionError(this.name + " has no " + kind + " " + name));
    }

    /** The pods' templates: metadata and spec. */
    List<Node> templates() {
        return objects.stream()
                .filter(object -> object.at("spec.template.spec.containers").present())
                .toList();
    }

    /** The settings file that a workload mounts, by the ConfigMap its volume names. */
    String settings(Node workload, String file) {
        String map =
                workload.at("spec.template.spec.volumes")
                        .named("settings")
                        .at("configMap.name")
                        .text();
        return get("ConfigMap", map).at("data").key(file).text();
    }

    Node gateway() {
        return get("StatefulSet", "fleetwall-gateway");
    }

    Node agent() {
        return get("DaemonSet", "fleetwall-node");
    }

    static Node container(Node workload, String name) {
        return workload.at("spec.template.spec.containers").named(name);
    }
}
