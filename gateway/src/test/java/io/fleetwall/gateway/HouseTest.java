package io.fleetwall.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class HouseTest {
    private static final JavaClasses GATEWAY =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.fleetwall.gateway");

    @Test
    void onlyTheClusterPackageKnowsHazelcast() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fleetwall.gateway.cluster..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast..")
                .check(GATEWAY);
    }

    @Test
    void onlyTheStorePackageKnowsJdbc() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fleetwall.gateway.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "org.flywaydb..")
                .check(GATEWAY);
    }

    @Test
    void onlyTheIdentityPackageMakesCertificates() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fleetwall.gateway.identity..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bouncycastle..")
                .check(GATEWAY);
    }

    @Test
    void nobodyReachesIntoTheNodeTheKernelOrForeignMemory() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fleetwall.node..",
                        "io.fleetwall.bpf..",
                        "io.fleetwall.cli..",
                        "java.lang.foreign..")
                .check(GATEWAY);
    }

    @Test
    void nobodyButTheApiAndTheGraphKnowsTheApi() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.fleetwall.gateway.catalogue..",
                        "io.fleetwall.gateway.cluster..",
                        "io.fleetwall.gateway.condition..",
                        "io.fleetwall.gateway.config..",
                        "io.fleetwall.gateway.event..",
                        "io.fleetwall.gateway.fleet..",
                        "io.fleetwall.gateway.identity..",
                        "io.fleetwall.gateway.store..",
                        "io.fleetwall.gateway.sink..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fleetwall.gateway.api..")
                .check(GATEWAY);
    }

    @Test
    void thePackagesHaveNoCycle() {
        slices().matching("io.fleetwall.gateway.(*)..").should().beFreeOfCycles().check(GATEWAY);
    }
}
