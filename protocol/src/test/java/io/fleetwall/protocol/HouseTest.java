package io.fleetwall.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class HouseTest {
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.fleetwall.protocol");

    @Test
    void theProtocolKnowsThePlatformAndThePolicyOnly() {
        classes()
                .that()
                .resideOutsideOfPackage("io.fleetwall.protocol.signature..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "io.fleetwall.policy..",
                        "io.fleetwall.protocol..")
                .check(MAIN);
    }

    @Test
    void signaturesAreALibrarys() {
        classes()
                .that()
                .resideInAPackage("io.fleetwall.protocol.signature..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.bouncycastle..",
                        "io.fleetwall.policy..",
                        "io.fleetwall.protocol..")
                .check(MAIN);
    }

    @Test
    void packagesDependOnEachOtherOneWay() {
        slices().matching("io.fleetwall.protocol.(*)..").should().beFreeOfCycles().check(MAIN);
    }
}
