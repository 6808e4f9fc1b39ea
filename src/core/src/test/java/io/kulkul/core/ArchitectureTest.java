package io.kulkul.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the directions between the packages that docs/architecture.md draws: an arrow never points up a level.
 *
 * <p>Plain tests, not those of ArchUnit's own engine: Surefire counts none of them, and reports none that fails.
 */
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.kulkul.core");

    private static final String[] LEVEL_1 =
            packages("protocol", "websocket", "eventlog", "subscription", "access", "quota", "presence", "json");
    private static final String[] LEVEL_2 = packages("dialect", "bus", "channel");
    private static final String[] LEVEL_3 = packages("connection");
    private static final String[] LEVEL_4 = packages("hub");
    private static final String[] LEVEL_5 = packages("endpoint", "publishing", "admin", "telemetry", "settings");

    @Test
    void everyClassIsInAPackageOfTheTable() {
        classes()
                .should()
                .resideInAnyPackage(all(LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, LEVEL_5, new String[] {"io.kulkul.core"}))
                .check(CORE);
    }

    @Test
    void anArrowNeverPointsUpALevel() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.kulkul.core..")
                .withOptionalLayers(true)
                .layer("5")
                .definedBy(LEVEL_5)
                .layer("4")
                .definedBy(LEVEL_4)
                .layer("3")
                .definedBy(LEVEL_3)
                .layer("2")
                .definedBy(LEVEL_2)
                .layer("1")
                .definedBy(LEVEL_1)
                .whereLayer("5")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("4")
                .mayOnlyBeAccessedByLayers("5")
                .whereLayer("3")
                .mayOnlyBeAccessedByLayers("4", "5")
                .whereLayer("2")
                .mayOnlyBeAccessedByLayers("3", "4", "5")
                .check(CORE);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("io.kulkul.core.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void levels1To4RunWithoutAContainer() {
        noClasses()
                .that()
                .resideInAnyPackage(all(LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta.enterprise..",
                        "jakarta.inject..",
                        "jakarta.annotation..",
                        "jakarta.servlet..",
                        "jakarta.transaction..",
                        "jakarta.json..")
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void webSocketIsKnownToTheEndpointOnly() {
        checkOnly("endpoint", "jakarta.websocket..");
    }

    @Test
    void messagingIsKnownToTheBusOnly() {
        checkOnly("bus", "jakarta.jms..");
    }

    @Test
    void databasesAreKnownToTheEventLogOnly() {
        checkOnly("eventlog", "javax.sql..", "java.sql..");
    }

    @Test
    void restIsKnownToAdminOnly() {
        checkOnly("admin", "jakarta.ws.rs..", "org.eclipse.microprofile.openapi..");
    }

    @Test
    void metricsAndHealthAreKnownToTelemetryOnly() {
        checkOnly("telemetry", "org.eclipse.microprofile.metrics..", "org.eclipse.microprofile.health..");
    }

    @Test
    void tokensAreKnownToAccessOnly() {
        checkOnly("access", "com.nimbusds..", "org.eclipse.microprofile.jwt..");
    }

    @Test
    void configurationIsReadInSettingsOnly() {
        checkOnly("settings", "org.eclipse.microprofile.config..");
    }

    @Test
    void jsonIsReadAndWrittenInOnePlace() {
        checkOnly("json", "com.fasterxml.jackson..");
    }

    private static void checkOnly(String owner, String... technology) {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages(owner))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(technology)
                .allowEmptyShould(true)
                .check(CORE);
    }

    private static String[] packages(String... names) {
        return Stream.of(names).map(name -> "io.kulkul.core." + name + "..").toArray(String[]::new);
    }

    private static String[] all(String[]... parts) {
        return Stream.of(parts).flatMap(Stream::of).toArray(String[]::new);
    }
}
