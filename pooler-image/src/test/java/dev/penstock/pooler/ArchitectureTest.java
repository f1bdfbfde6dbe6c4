package dev.penstock.pooler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, so that a reader can trust what a package does not know. */
class ArchitectureTest {
  private static final String ROOT = "dev.penstock.pooler";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.penstock");

  @Test
  void eachPackageIsUsedOnlyByThoseAboveIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("program")
        .definedBy(ROOT)
        .layer("console")
        .definedBy(ROOT + ".console")
        .layer("client")
        .definedBy(ROOT + ".client")
        .layer("server")
        .definedBy(ROOT + ".server")
        .layer("prepared")
        .definedBy(ROOT + ".prepared")
        .layer("pool")
        .definedBy(ROOT + ".pool")
        .layer("fleet")
        .definedBy(ROOT + ".fleet")
        .layer("auth")
        .definedBy(ROOT + ".auth")
        .layer("config")
        .definedBy(ROOT + ".config")
        .layer("wire")
        .definedBy(ROOT + ".wire")
        .whereLayer("program")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("console")
        .mayOnlyBeAccessedByLayers("program")
        .whereLayer("client")
        .mayOnlyBeAccessedByLayers("program", "console")
        .whereLayer("fleet")
        .mayOnlyBeAccessedByLayers("program")
        .whereLayer("server")
        .mayOnlyBeAccessedByLayers("program", "client", "console")
        .whereLayer("pool")
        .mayOnlyBeAccessedByLayers("program", "client", "console", "server", "fleet")
        .whereLayer("prepared")
        .mayOnlyBeAccessedByLayers("program", "client", "server")
        .whereLayer("auth")
        .mayOnlyBeAccessedByLayers("program", "client", "server", "fleet")
        .check(CLASSES);
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theWireKnowsFramesAndNothingElse() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".wire")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".pool",
            ROOT + ".server",
            ROOT + ".client",
            ROOT + ".console",
            ROOT + ".config",
            ROOT + ".auth",
            ROOT + ".fleet")
        .check(CLASSES);
  }

  @Test
  void thePoolsDecideWithoutASocket() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".pool")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "java.net..", "java.nio.channels..")
        .check(CLASSES);
  }

  @Test
  void onlyTheFleetPortAndTheProgramThatStartsItKnowTheContract() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .and()
        .resideOutsideOfPackages(ROOT, ROOT + ".fleet")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.penstock.contract")
        .check(CLASSES);
  }

  @Test
  void thePoolerKnowsNothingOfKubernetes() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8..", "io.kubernetes..", "dev.penstock.crds..")
        .check(CLASSES);
  }
}
