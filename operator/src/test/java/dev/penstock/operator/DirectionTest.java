package dev.penstock.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way, so that a reader can trust what a package does not know. */
@AnalyzeClasses(
    packages = "dev.penstock.operator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class DirectionTest {

  @ArchTest
  static final ArchRule theBudgetIsPureNumbers =
      classes()
          .that()
          .resideInAPackage("..operator.budget")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "..operator.budget", "java.lang..", "java.util..", "java.math", "org.jspecify..");

  @ArchTest
  static final ArchRule whatIsDesiredIsRenderedWithoutACluster =
      noClasses()
          .that()
          .resideInAPackage("..operator.desired")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client.dsl..",
              "io.javaoperatorsdk..",
              "java.net..",
              "..operator.fleet",
              "..operator.probe",
              "..operator.server",
              "..operator.pool",
              "..operator.status");

  @ArchTest
  static final ArchRule fleetAndProbeKnowNothingOfKubernetes =
      noClasses()
          .that()
          .resideInAnyPackage("..operator.fleet", "..operator.probe")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8..",
              "io.javaoperatorsdk..",
              "dev.penstock.crds..",
              "..operator.server",
              "..operator.pool");

  @ArchTest
  static final ArchRule workloadsAreToldByThePoolAndKnowNothingOfIt =
      noClasses()
          .that()
          .resideInAPackage("..operator.workload")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.javaoperatorsdk..",
              "..operator.budget",
              "..operator.fleet",
              "..operator.pool",
              "..operator.server",
              "..operator.status");

  @ArchTest
  static final ArchRule theOperatorKnowsNothingOfThePooler =
      noClasses().should().dependOnClassesThat().resideInAPackage("dev.penstock.pooler..");

  @ArchTest
  static final ArchRule onlyTheFleetHasAnEventLoop =
      noClasses()
          .that()
          .resideOutsideOfPackage("..operator.fleet")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.penstock.operator.(*)..").should().beFreeOfCycles();
}
