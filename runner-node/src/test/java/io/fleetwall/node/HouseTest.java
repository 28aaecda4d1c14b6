package io.fleetwall.node;

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
                    .importPackages("io.fleetwall.node");

    @Test
    void foreign_memory_is_touched_only_in_bpf() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(CLASSES);
    }

    @Test
    void the_agent_knows_no_gateway_and_joins_no_cluster() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fleetwall.gateway..",
                        "io.fleetwall.cli..",
                        "io.fleetwall.laboratory..",
                        "com.hazelcast..",
                        "java.sql..")
                .check(CLASSES);
    }

    @Test
    void packages_have_no_cycles() {
        SlicesRuleDefinition.slices()
                .matching("io.fleetwall.node.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void only_enforcement_and_the_command_speak_to_the_kernel() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.fleetwall.node.enforce", "io.fleetwall.node")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fleetwall.bpf")
                .check(CLASSES);
    }

    @Test
    void the_wire_parsers_know_no_network_library() {
        noClasses()
                .that()
                .resideInAPackage("io.fleetwall.node.dns.wire")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.vertx..")
                .check(CLASSES);
    }
}
