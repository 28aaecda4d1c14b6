package io.fleetwall.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

class HouseTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.fleetwall.cli");

    @Test
    void theToolsKnowTheGatewayAndTheNodeOnlyByWhatTheySay() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fleetwall.gateway..",
                        "io.fleetwall.node..",
                        "io.fleetwall.laboratory..",
                        "io.vertx..",
                        "io.netty..")
                .check(CLASSES);
    }

    @Test
    void onlyTheGatewaysClientSpeaksHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fleetwall.cli.gateway")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.fleetwall.cli.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
