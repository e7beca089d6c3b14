package io.weir.appliance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Modules depend one way, and the data plane knows nothing of files, HTTP and logs. */
class ModuleDependencyTest {
    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.weir");
    }

    @Test
    void shouldDependOneWay() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.weir..")
                .layer("bindings")
                .definedBy("io.weir.bindings..")
                .layer("scheduler")
                .definedBy("io.weir.scheduler..")
                .layer("engine")
                .definedBy("io.weir.engine..")
                .layer("ha")
                .definedBy("io.weir.ha..")
                .layer("appliance")
                .definedBy("io.weir.appliance..")
                .whereLayer("appliance")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("ha")
                .mayOnlyBeAccessedByLayers("appliance")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("ha", "appliance")
                .whereLayer("bindings")
                .mayNotAccessAnyLayer()
                .whereLayer("scheduler")
                .mayNotAccessAnyLayer()
                .withOptionalLayers(true)
                .check(classes);
    }

    @Test
    void shouldCallForeignFunctionsInBindingsAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.bindings..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .check(classes);
    }

    @Test
    void shouldKeepDataPlaneFromLogsNetworksAndConfiguration() {
        noClasses()
                .that()
                .resideInAnyPackage("io.weir.engine..", "io.weir.scheduler..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.slf4j..",
                        "io.netty..",
                        "com.fasterxml..",
                        "picocli..",
                        "java.net..",
                        "java.util.logging..")
                .check(classes);
    }
}
