package io.weir.appliance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import org.agrona.UnsafeApi;

/** Who may use what, as the architecture's page says. */
@AnalyzeClasses(packages = "io.weir", importOptions = DoNotIncludeTests.class)
class ModuleBordersTest {
    private static final String RESTRICTED = "jdk.internal.javac.Restricted";

    @ArchTest
    static final ArchRule modulesShouldDependInOneDirection = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.weir..")
            .layer("native-bindings")
            .definedBy("io.weir.bindings..")
            .layer("scheduler")
            .definedBy("io.weir.scheduler..")
            .layer("pmd-engine")
            .definedBy("io.weir.engine..")
            .layer("ha")
            .definedBy("io.weir.ha..")
            .layer("appliance")
            .definedBy("io.weir.appliance..")
            .whereLayer("appliance")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("ha")
            .mayOnlyBeAccessedByLayers("appliance")
            .whereLayer("pmd-engine")
            .mayOnlyBeAccessedByLayers("ha", "appliance")
            .whereLayer("scheduler")
            .mayOnlyBeAccessedByLayers("pmd-engine", "ha", "appliance")
            .whereLayer("native-bindings")
            .mayOnlyBeAccessedByLayers("pmd-engine", "ha", "appliance")
            .withOptionalLayers(true);

    @ArchTest
    static final ArchRule onlyTheBindingsShouldUseRestrictedMethods = noClasses()
            .that()
            .resideOutsideOfPackage("io.weir.bindings..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Linker.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(SymbolLookup.class)
            .orShould()
            .callCodeUnitWhere(describe("it is restricted", call -> isRestricted(call.getTarget())));

    @ArchTest
    static final ArchRule theSchedulerShouldDependOnNothingButJava = classes()
            .that()
            .resideInAPackage("io.weir.scheduler..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.weir.scheduler..", "java.."));

    @ArchTest
    static final ArchRule theEngineShouldKnowNothingOfWhatIsAboveIt = noClasses()
            .that()
            .resideInAPackage("io.weir.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.weir.ha..",
                    "io.weir.appliance..",
                    "io.weir.perf..",
                    "io.netty..",
                    "com.fasterxml..",
                    "picocli..",
                    "org.slf4j..",
                    "ch.qos..",
                    "java.util.logging..");

    @ArchTest
    static final ArchRule theBindingsShouldDependOnNothingButTheJdkAndItsUnsafe = classes()
            .that()
            .resideInAPackage("io.weir.bindings..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.weir.bindings..", "java..", "javax..")
                    .or(type(UnsafeApi.class)));

    @ArchTest
    static final ArchRule namesShouldSayWhatAClassIs = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl");

    /** Restricted by JEP 472, whatever the class. */
    private static boolean isRestricted(CodeUnitAccessTarget target) {
        return target.resolveMember()
                .filter(member -> member.tryGetAnnotationOfType(RESTRICTED).isPresent())
                .isPresent();
    }
}
