package io.fleetwall.load;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows between the modules, seen from the only module that imports all. */
class WholeHouseTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.fleetwall");

    @Test
    void everyModuleIsSeenHere() {
        Set<String> modules = new TreeSet<>();
        HOUSE.forEach(type -> modules.add(module(type.getPackageName())));
        assertEquals(
                Set.of("bpf", "cli", "gateway", "laboratory", "load", "node", "policy", "protocol"),
                modules);
    }

    @ParameterizedTest
    @CsvSource({
        "policy, protocol bpf laboratory node gateway cli load",
        "protocol, bpf laboratory node gateway cli load",
        "bpf, protocol laboratory node gateway cli load",
        "laboratory, node gateway load",
        "node, gateway laboratory cli load",
        "gateway, node bpf laboratory cli load",
        "cli, node gateway laboratory load"
    })
    void noModuleImportsAgainstTheArrows(String module, String forbidden) {
        for (String other : List.of(forbidden.split(" ", -1))) {
            noClasses()
                    .that()
                    .resideInAPackage("io.fleetwall." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.fleetwall." + other + "..")
                    .check(HOUSE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "java.lang.foreign.., io.fleetwall.bpf..",
        "com.hazelcast.., io.fleetwall.gateway.cluster..",
        "java.sql.., io.fleetwall.gateway..",
        "org.snakeyaml.., io.fleetwall.policy.document.."
    })
    void aLibraryWithABorderStaysBehindIt(String library, String home) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(HOUSE);
    }

    @ParameterizedTest
    @CsvSource({
        "io.fleetwall.policy..",
        "io.fleetwall.protocol..",
        "io.fleetwall.bpf..",
        "io.fleetwall.node.dns.wire.."
    })
    void theEngineTheProtocolAndTheWireParsersKnowNoServerLibrary(String pure) {
        noClasses()
                .that()
                .resideInAPackage(pure)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(HOUSE);
    }

    @Test
    void noPackageIsNamedAfterNothing() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..util..",
                        "..utils..",
                        "..common..",
                        "..helper..",
                        "..impl..",
                        "..manager..",
                        "..base..")
                .check(HOUSE);
    }

    private static String module(String packageName) {
        String below = packageName.substring("io.fleetwall.".length());
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }

    @Test
    void packagesOfAModuleDependOnEachOtherOneWay() {
        slices().matching("io.fleetwall.(policy|protocol).(*)..")
                .should()
                .beFreeOfCycles()
                .check(HOUSE);
    }
}
