package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each overlay is whole: whatever an object names is there, and it may do no more than it must. */
@ParameterizedClass
@MethodSource("overlays")
final class OverlaysTest {
    /** Made by the operator, as k8s/README.md tells. */
    private static final Set<String> SECRETS =
            Set.of(
                    "fleetwall-api-tls",
                    "fleetwall-enrolment",
                    "fleetwall-store",
                    "fleetwall-cluster");

    /** Every namespace of a cluster has it. */
    private static final String CLUSTER_CA = "kube-root-ca.crt";

    private final Overlay overlay;

    OverlaysTest(Overlay overlay) {
        this.overlay = overlay;
    }

    static Stream<Overlay> overlays() {
        return Tree.names("k8s/overlays", "").stream()
                .map(name -> Overlay.render("k8s/overlays/" + name));
    }

    @Test
    void everyObjectHasANamespaceThatTheOverlayMakes() {
        List<String> made =
                overlay.ofKind("Namespace").stream()
                        .map(namespace -> namespace.at("metadata.name").text())
                        .toList();
        for (Node object : overlay.objects()) {
            String kind = object.at("kind").text();
            if (!kind.equals("Namespace") && !kind.startsWith("ClusterRole")) {
                assertTrue(made.contains(object.at("metadata.namespace").text()), object::path);
            }
        }
    }

    @Test
    void everyConfigMapSecretAndAccountThatAPodNamesIsThere() {
        for (Node workload : overlay.templates()) {
            String namespace = workload.at("metadata.namespace").text();
            Node spec = workload.at("spec.template.spec");
            exists("ServiceAccount", spec.at("serviceAccountName").text(), namespace);
            spec.below()
                    .filter(node -> node.path().endsWith(".configMap"))
                    .map(node -> node.at("name").text())
                    .filter(name -> !name.equals(CLUSTER_CA))
                    .forEach(name -> exists("ConfigMap", name, namespace));
            spec.below()
                    .filter(node -> node.path().endsWith(".secretName"))
                    .forEach(node -> assertTrue(SECRETS.contains(node.text()), node::toString));
        }
    }

    private void exists(String kind, String name, String namespace) {
        Node found = overlay.get(kind, name);
        assertEquals(namespace, found.at("metadata.namespace").text(), found.path());
    }

    @Test
    void everyMountHasItsVolumeAndEveryVolumeItsMount() {
        for (Node workload : overlay.templates()) {
            Node spec = workload.at("spec.template.spec");
            List<String> volumes =
                    Stream.concat(
                                    spec.at("volumes").each().stream()
                                            .map(volume -> volume.at("name").text()),
                                    workload.at("spec.volumeClaimTemplates").each().stream()
                                            .map(claim -> claim.at("metadata.name").text()))
                            .sorted()
                            .toList();
            List<String> mounted =
                    spec.at("containers").each().stream()
                            .flatMap(container -> container.at("volumeMounts").each().stream())
                            .map(mount -> mount.at("name").text())
                            .distinct()
                            .sorted()
                            .toList();
            assertEquals(volumes, mounted, workload.path());
        }
    }

    @Test
    void everySelectorSelectsAPodAndEveryNamedPortIsOne() {
        for (Node service : overlay.ofKind("Service")) {
            Node workload = selected(service, service.at("spec.selector"));
            List<String> ports = ports(workload);
            for (Node port : service.at("spec.ports").each()) {
                assertTrue(ports.contains(port.at("targetPort").text()), port.path());
            }
        }
        for (Node policy : overlay.ofKind("NetworkPolicy")) {
            Node selector = policy.at("spec.podSelector.matchLabels");
            if (selector.present()) {
                List<String> ports = ports(selected(policy, selector));
                policy.at("spec.ingress").each().stream()
                        .flatMap(rule -> rule.at("ports").each().stream())
                        .forEach(port ->
                                assertTrue(ports.contains(port.at("port").text()), port::path));
            }
        }
    }

    private Node selected(Node by, Node labels) {
        return overlay.templates().stream()
                .filter(workload ->
                        workload.at("metadata.namespace").is(by.at("metadata.namespace").text()))
                .filter(workload ->
                        labels.keys().stream()
                                .allMatch(label ->
                                        workload.at("spec.template.metadata.labels")
                                                .key(label)
                                                .is(labels.key(label).text())))
                .findFirst()
                .orElseThrow(() -> new AssertionError(by.path() + " selects nothing"));
    }

    private static List<String> ports(Node workload) {
        return workload.at("spec.template.spec.containers").each().stream()
                .flatMap(container -> container.at("ports").each().stream())
                .map(port -> port.at("name").text())
                .toList();
    }

    @Test
    void everyNamespaceOfAGatewayIsClosedByDefault() {
        String namespace = overlay.gateway().at("metadata.namespace").text();
        Optional<Node> closed =
                overlay.ofKind("NetworkPolicy").stream()
                        .filter(policy -> policy.at("metadata.namespace").is(namespace))
                        .filter(policy -> policy.at("spec.podSelector").keys().isEmpty())
                        .filter(policy ->
                                !policy.at("spec.ingress").present()
                                        && !policy.at("spec.egress").present())
                        .filter(policy ->
                                policy.at("spec.policyTypes")
                                        .texts()
                                        .containsAll(List.of("Ingress", "Egress")))
                        .findFirst();
        assertTrue(closed.isPresent());
    }

    @Test
    void severalGatewaysAreApartAndOneMayBeAway() {
        Node gateway = overlay.gateway();
        int replicas = Integer.parseInt(gateway.at("spec.replicas").text());
        List<Node> budgets = overlay.ofKind("PodDisruptionBudget");
        if (replicas == 1) {
            assertTrue(budgets.isEmpty(), "a budget would keep its machine from being drained");
            return;
        }
        assertEquals(1, budgets.size());
        Node budget = budgets.getFirst().at("spec");
        assertEquals("" + (replicas - 1), budget.at("minAvailable").text());
        Node labels = gateway.at("spec.selector.matchLabels");
        assertEquals(labels.value(), budget.at("selector.matchLabels").value());
        String rule =
                gateway.at("spec.template.spec.affinity.podAntiAffinity")
                        .at("requiredDuringSchedulingIgnoredDuringExecution")
                        .toString();
        assertTrue(rule.contains("kubernetes.io/hostname"), rule);
    }

    /** Hazelcast admits whoever reaches it. */
    @Test
    void onlyGatewaysReachTheMembersPorts() {
        Node gateway = overlay.gateway();
        Node labels = gateway.at("spec.selector.matchLabels");
        Set<String> members = Set.of("cluster", "event-bus");
        for (Node policy : overlay.ofKind("NetworkPolicy")) {
            for (Node rule : policy.at("spec.ingress").each()) {
                boolean opens =
                        rule.at("ports").each().stream()
                                .anyMatch(port -> members.contains(port.at("port").text()));
                for (Node from : opens ? rule.at("from").each() : List.<Node>of()) {
                    assertEquals(labels.value(), from.at("podSelector.matchLabels").value());
                    assertFalse(from.at("namespaceSelector").present(), from.path());
                }
            }
        }
    }

    @Test
    void noRuleLetsAnybodyInFromEverywhere() {
        for (Node policy : overlay.ofKind("NetworkPolicy")) {
            for (Node rule : policy.at("spec.ingress").each()) {
                assertFalse(rule.at("from").each().isEmpty(), policy.path());
                assertFalse(rule.at("ports").each().isEmpty(), policy.path());
            }
        }
    }

    @Test
    void noContainerIsPrivilegedOrMayWriteItsRootOrGainRights() {
        for (Node container : containers()) {
            Node security = container.at("securityContext");
            assertFalse(security.at("privileged").present(), container.path());
            assertEquals("true", security.at("readOnlyRootFilesystem").text(), container.path());
            assertEquals("false", security.at("allowPrivilegeEscalation").text(), container.path());
            assertEquals(List.of("ALL"), security.at("capabilities.drop").texts());
        }
        assertEquals(
                1,
                containers().stream()
                        .filter(c -> c.at("securityContext.capabilities.add").present())
                        .count());
    }

    private List<Node> containers() {
        return overlay.templates().stream()
                .flatMap(workload -> workload.at("spec.template.spec.containers").each().stream())
                .toList();
    }

    @Test
    void everyImageHasATagThatIsNotLatest() {
        for (Node container : containers()) {
            String image = container.at("image").text();
            assertTrue(image.matches("[a-z0-9.-]+/[a-z0-9/-]+:[A-Za-z0-9.-]+"), image);
            assertFalse(image.endsWith(":latest"), image);
        }
    }

    /** Else the gateway takes the variables of Services for overrides of its settings. */
    @Test
    void noVariablesOfServicesReachAContainer() {
        for (Node workload : overlay.templates()) {
            assertEquals(
                    "false",
                    workload.at("spec.template.spec.enableServiceLinks").text(),
                    workload.path());
        }
    }

    /** A key twice in a hand-written file means that one of both is not what its author thinks. */
    @ParameterizedTest
    @MethodSource("sources")
    void sourcesAreStrictYaml(String file) {
        assertFalse(Node.documents(Tree.read(file)).isEmpty(), file);
    }

    static Stream<String> sources() {
        Tree.Run run = Tree.run(List.of("find", "k8s", "-name", "*.yaml", "-type", "f"), Map.of());
        List<String> files = new ArrayList<>(run.output().lines().toList());
        return files.stream().sorted();
    }
}
