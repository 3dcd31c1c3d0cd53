package io.tierflow.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/** What no module may do; checked over all modules on this one's class path. */
@AnalyzeClasses(packages = "io.tierflow", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule decisionsSeeNoInfrastructureAndNoClock =
      noClasses()
          .that()
          .resideInAPackage("io.tierflow.machine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..",
              "org.apache.avro..",
              "io.tierflow.schemas..",
              "io.tierflow.wire..",
              "java.net.http..",
              "io.javalin..",
              "org.slf4j..",
              "java.util.logging..",
              "ch.qos.logback..")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Clock.class, java.time.InstantSource.class)
          .allowEmptyShould(true)
          .because("decisions are pure: the time is an argument, effects are returned");

  @ArchTest
  static final ArchRule runnerDoesNotSeeWorker =
      noClasses()
          .that()
          .resideInAPackage("io.tierflow.runner..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.tierflow.worker..")
          .allowEmptyShould(true)
          .because("runner and worker meet only in topics");

  @ArchTest
  static final ArchRule workerDoesNotSeeRunner =
      noClasses()
          .that()
          .resideInAPackage("io.tierflow.worker..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.tierflow.runner..", "io.tierflow.machine..")
          .allowEmptyShould(true)
          .because("runner and worker meet only in topics");

  @ArchTest
  static final ArchRule definitionsAndHandlersSeeNoKafka =
      noClasses()
          .that()
          .resideInAnyPackage("io.tierflow.flow..", "io.tierflow.handler..", "io.tierflow.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..")
          .allowEmptyShould(true)
          .because("users compile against them without Kafka");

  @ArchTest
  static final ArchRule timeIsInjected =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Main")
          .and()
          .haveSimpleNameNotEndingWith("Command")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .because("only composition roots read the clock, so that tests can step it");
}
