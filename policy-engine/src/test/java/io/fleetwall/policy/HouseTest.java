package io.fleetwall.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class HouseTest {
    private static final JavaClasses MODULE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.fleetwall");

    @Test
    void the_module_needs_nothing_but_the_jdk_and_a_yaml_parser() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.snakeyaml.engine..",
                        "org.jspecify.annotations..",
                        "io.fleetwall.policy..")
                .check(MODULE);
    }

    @Test
    void only_the_reader_knows_yaml() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fleetwall.policy.document")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml..")
                .check(MODULE);
    }

    @Test
    void packages_depend_on_each_other_in_one_direction() {
        slices().matching("io.fleetwall.policy.(*)..").should().beFreeOfCycles().check(MODULE);
    }

    @Test
    void nothing_reads_the_clock_or_rolls_dice() {
        noClasses()
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .check(MODULE);
    }
}
