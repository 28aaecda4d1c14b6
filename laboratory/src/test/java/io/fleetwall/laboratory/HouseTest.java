package io.fleetwall.laboratory;

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
                    .importPackages("io.fleetwall.laboratory");

    @Test
    void theLaboratoryKnowsNothingOfWhatItWatches() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fleetwall.gateway..",
                        "io.fleetwall.node..",
                        "io.fleetwall.policy..",
                        "io.fleetwall.protocol..",
                        "io.fleetwall.bpf..")
                .check(CLASSES);
    }

    @Test
    void theWorldCanBeUsedWithoutTheDemo() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fleetwall.laboratory.demo")
                .and()
                .doNotHaveSimpleName("Laboratory")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fleetwall.laboratory.demo")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.fleetwall.laboratory.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
