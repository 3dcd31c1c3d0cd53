package io.tierflow.flow.file;

import static io.tierflow.flow.file.FlowTexts.CATALOG;
import static io.tierflow.flow.file.FlowTexts.problems;
import static io.tierflow.flow.file.FlowTexts.stageWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.flow.ForEach;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.Parallel;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.RetryPolicy;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Timeouts;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FlowReaderTest {

  private static final String WEATHER =
      """
      flow: weather-service
      deadline: 10m
      class: small
      timeout: {heartbeat: 5s}
      pipelines:
        source:
          stages:
            - {stage: fetch, handler: http-get, with: {url: "http://x", tries: 3, deep: [1.5, null, yes]}}
            - stage: clean
              handler: echo
              for-each: {concurrency: 7, fail-fast: false}
              when: "length(items) > `0`"
        report:
          after: [source]
          stages:
            - stage: core-logic
              handler: core-logic
              class: large
              timeout: {queue: 1m, run: 10m, hand-over: 0s}
              retry: {attempts: 4, backoff: 1s..30s, not-on: [OUT_OF_MEMORY]}
              on-out-of-memory: xlarge
            - parallel:
                - {stage: send-a, handler: echo, for-each: true}
                - {stage: send-b, handler: echo, for-each: false}
      """;

  @Test
  void readsEveryKeyIntoTheModel() {
    Flow flow = FlowReader.read("flow.yaml", WEATHER, CATALOG);

    assertThat(flow.name()).isEqualTo("weather-service");
    assertThat(flow.deadline()).contains(Duration.ofMinutes(10));
    Stage core = (Stage) flow.pipeline("report").orElseThrow().steps().get(0);
    assertThat(core.resourceClass()).isEqualTo(new ResourceClass("large"));
    assertThat(core.timeouts().queue()).contains(Duration.ofMinutes(1));
    assertThat(core.timeouts().handOver()).contains(Duration.ZERO);
    assertThat(core.retry().attempts()).isEqualTo(4);
    assertThat(core.retry().maxBackoff()).isEqualTo(Duration.ofSeconds(30));
    assertThat(core.retry().notOn()).contains(FailureKind.OUT_OF_MEMORY);
    assertThat(core.onOutOfMemory()).contains(new ResourceClass("xlarge"));
    Stage clean = (Stage) flow.pipeline("source").orElseThrow().steps().get(1);
    assertThat(clean.forEach()).contains(new ForEach(7, false));
    assertThat(clean.when()).contains("length(items) > `0`");
    Parallel sends = (Parallel) flow.pipeline("report").orElseThrow().steps().get(1);
    assertThat(sends.stages()).extracting(Stage::name).containsExactly("send-a", "send-b");
    assertThat(sends.stages().get(0).forEach()).contains(ForEach.DEFAULT);
    assertThat(sends.stages().get(1).forEach()).isEmpty();
  }

  @Test
  void innerLevelsOverrideTheFlowsSettingsKeyByKey() {
    Flow flow = FlowReader.read("flow.yaml", WEATHER, CATALOG);

    Stage core = flow.pipeline("report").orElseThrow().stages().findFirst().orElseThrow();
    assertThat(core.timeouts().heartbeat()).contains(Duration.ofSeconds(5));
    Stage fetch = flow.pipeline("source").orElseThrow().stages().findFirst().orElseThrow();
    assertThat(fetch.resourceClass()).isEqualTo(new ResourceClass("small"));
  }

  @Test
  void aStageTakesEachSettingFromTheInnermostLevelThatSaysIt() {
    Flow flow =
        FlowReader.read(
            "flow.yaml",
            """
            flow: levels
            class: small
            timeout: {queue: 1m, run: 2m}
            retry: {attempts: 2, jitter: 0.1, not-on: [TIMED_OUT]}
            pipelines:
              plain:
                stages:
                  - {stage: a, handler: echo}
              other:
                class: large
                timeout: {run: 3m, heartbeat: 4s}
                retry: {attempts: 5, backoff: 2s..4s}
                stages:
                  - {stage: b, handler: echo}
                  - parallel:
                      - stage: c
                        handler: echo
                        class: small
                        timeout: {heartbeat: 9s}
                        retry: {jitter: 0}
            """,
            CATALOG);

    Map<String, Stage> stages =
        flow.pipelines().stream()
            .flatMap(Pipeline::stages)
            .collect(Collectors.toMap(Stage::name, each -> each));
    RetryPolicy flows = RetryPolicy.attempts(2).jitter(0.1).notOn(FailureKind.TIMED_OUT);
    RetryPolicy pipelines =
        RetryPolicy.attempts(5)
            .backoff(Duration.ofSeconds(2), Duration.ofSeconds(4))
            .jitter(0.1)
            .notOn(FailureKind.TIMED_OUT);
    assertThat(stages.get("a").resourceClass().name()).isEqualTo("small");
    assertThat(stages.get("a").retry()).isEqualTo(flows);
    assertThat(stages.get("b").resourceClass().name()).isEqualTo("large");
    assertThat(stages.get("b").retry()).isEqualTo(pipelines);
    assertThat(stages.get("b").timeouts().queue()).contains(Duration.ofMinutes(1));
    assertThat(stages.get("b").timeouts().run()).contains(Duration.ofMinutes(3));
    assertThat(stages.get("c").resourceClass().name()).isEqualTo("small");
    assertThat(stages.get("c").retry()).isEqualTo(pipelines.jitter(0));
    assertThat(stages.get("c").timeouts().heartbeat()).contains(Duration.ofSeconds(9));
    assertThat(stages.get("c").timeouts().run()).contains(Duration.ofMinutes(3));
  }

  @Test
  void aLimitFromThePastAndAFixedOneOverrideEachOther() {
    Flow flow =
        FlowReader.read(
            "flow.yaml",
            """
            flow: usual
            deadline: auto
            class: small
            timeout: {queue: auto, run: 5m}
            pipelines:
              p:
                stages:
                  - {stage: a, handler: echo}
                  - {stage: b, handler: echo, timeout: {queue: 1m, run: auto}}
            """,
            CATALOG);

    List<Stage> stages = flow.pipelines().get(0).stages().toList();
    assertThat(flow.autoDeadline()).isTrue();
    assertThat(flow.deadline()).isEmpty();
    assertThat(stages.get(0).timeouts().auto()).containsExactly(Timeouts.Auto.QUEUE);
    assertThat(stages.get(0).timeouts().run()).contains(Duration.ofMinutes(5));
    assertThat(stages.get(1).timeouts().auto()).containsExactly(Timeouts.Auto.RUN);
    assertThat(stages.get(1).timeouts().queue()).contains(Duration.ofMinutes(1));
    assertThat(stages.get(1).timeouts().run()).isEmpty();
    assertThat(problems(stageWith("timeout: {run: atuo}")).get(0)).endsWith("or 1d, or auto");
    assertThat(problems(stageWith("timeout: {total: auto}"))).hasSize(1);
  }

  @Test
  void theClassesForTheWholeFlowCountWhereAStagesOwnIsAmongThem() {
    Flow flow =
        FlowReader.read(
            "flow.yaml",
            """
            flow: f
            on-out-of-memory: [small, large, xlarge]
            pipelines:
              p:
                stages:
                  - {stage: a, handler: echo, class: large}
                  - {stage: b, handler: echo, class: gpu}
                  - {stage: c, handler: echo, class: small, on-out-of-memory: xlarge}
            """,
            Catalog.UNCHECKED);

    List<Stage> stages = flow.pipelines().get(0).stages().toList();
    assertThat(stages.get(0).largerThan("large")).contains(new ResourceClass("xlarge"));
    assertThat(stages.get(0).largerThan("elsewhere")).contains(new ResourceClass("xlarge"));
    assertThat(stages.get(0).largerThan("xlarge")).isEmpty();
    assertThat(stages.get(0).climbsTo("xlarge")).isTrue();
    assertThat(stages.get(0).climbsTo("small")).isFalse();
    assertThat(stages.get(1).onOutOfMemory()).isEmpty();
    assertThat(stages.get(2).largerThan("small")).contains(new ResourceClass("xlarge"));
  }

  @Test
  void refusesLargerClassesThatAreUnknownOrNamedTwice() {
    assertThat(
            problems(
                """
                flow: f
                class: small
                pipelines:
                  p:
                    stages:
                      - {stage: a, handler: echo, on-out-of-memory: [large, xlage, large]}
                      - {stage: b, handler: echo, on-out-of-memory: []}
                """))
        .containsExactly(
            "flow.yaml:6:61: pipelines.p.stages[0].on-out-of-memory[1]: found 'xlage', expected one of"
                + " large, small, xlarge (did you mean xlarge?)",
            "flow.yaml:6:68: pipelines.p.stages[0].on-out-of-memory[2]: found 'large' again, expected"
                + " classes that are each named once, smallest first",
            "flow.yaml:7:53: pipelines.p.stages[1].on-out-of-memory: found an empty list, expected a"
                + " class, or a list of classes, smallest first");
  }

  @Test
  void keepsTheTypesOfAHandlersConfiguration() {
    Flow flow = FlowReader.read("flow.yaml", WEATHER, CATALOG);

    Stage fetch = flow.pipeline("source").orElseThrow().stages().findFirst().orElseThrow();
    assertThat(fetch.with())
        .hasToString("{\"url\":\"http://x\",\"tries\":3,\"deep\":[1.5,null,\"yes\"]}");
  }

  @Test
  void readsTheSameFromJson() {
    Flow flow = FlowReader.read("flow.yaml", WEATHER, CATALOG);

    String json = FlowWriter.toJson(flow).toPrettyString().replace("  ", "\t");
    assertThat(FlowReader.read("flow.json", json, CATALOG)).isEqualTo(flow);
    assertThat(FlowReader.read("tree", FlowWriter.toJson(flow), CATALOG)).isEqualTo(flow);
  }

  @Test
  void aliasesStandForWhatTheyName() {
    Flow flow =
        FlowReader.read(
            "flow.yaml",
            """
            flow: f
            class: small
            pipelines:
              p:
                stages:
                  - {stage: a, handler: echo, with: &config {n: 1}}
                  - {stage: b, handler: echo, with: *config}
            """,
            CATALOG);

    assertThat(flow.pipelines().get(0).stages())
        .extracting(stage -> stage.with().toString())
        .containsExactly("{\"n\":1}", "{\"n\":1}");
  }

  @Test
  void tellsAllProblemsAtOnceInTheOrderOfTheText() {
    assertThat(
            problems(
                """
                flow: a/b
                deadline: soon
                pipelines:
                  report:
                    after: [sorce, report]
                    stages:
                      - {stage: x, handler: ecko, class: lrage}
                      - {stage: x, class: small, timout: 5s}
                """))
        .containsExactly(
            "flow.yaml:1:7: flow: found 'a/b', expected a name of 1 to 128 letters, digits, '_',"
                + " '.' and '-' that begins with a letter or digit",
            "flow.yaml:2:11: deadline: found 'soon', expected a duration such as 500ms, 1.5s, 10m,"
                + " 2h or 1d, or auto",
            "flow.yaml:5:13: pipelines.report.after[0]: found 'sorce', expected one of the flow's"
                + " pipelines: report",
            "flow.yaml:5:20: pipelines.report.after[1]: found 'report', expected another pipeline"
                + " than itself",
            "flow.yaml:7:29: pipelines.report.stages[0].handler: found 'ecko', expected one of"
                + " core-logic, echo, http-get (did you mean echo?)",
            "flow.yaml:7:42: pipelines.report.stages[0].class: found 'lrage', expected one of"
                + " large, small, xlarge (did you mean large?)",
            "flow.yaml:8:9: pipelines.report.stages[1].handler: found no handler, expected one of"
                + " core-logic, echo, http-get",
            "flow.yaml:8:17: pipelines.report.stages[1].stage: found 'x' again, expected a name"
                + " that no other stage of the pipeline has",
            "flow.yaml:8:34: pipelines.report.stages[1].timout: found the unknown key 'timout',"
                + " expected one of stage, handler, with, class, launcher, timeout, retry,"
                + " on-out-of-memory, rate, memory, for-each, when (did you mean timeout?)");
  }

  @Test
  void namesTheCycle() {
    assertThat(
            problems(
                """
                flow: f
                class: small
                pipelines:
                  a: {after: [b], stages: [{stage: s, handler: echo}]}
                  b: {after: [c], stages: [{stage: s, handler: echo}]}
                  c: {after: [a], stages: [{stage: s, handler: echo}]}
                """))
        .containsExactly(
            "flow.yaml:6:15: pipelines.c.after[0]: found the cycle a → b → c → a, expected"
                + " pipelines that do not wait for each other");
  }

  @Test
  void refusesEmptyPipelinesStagesAndParallelBlocks() {
    assertThat(problems("flow: f\npipelines: {}\n")).singleElement().asString().contains("empty");
    assertThat(problems("flow: f\npipelines:\n  p: {stages: []}\n"))
        .containsExactly(
            "flow.yaml:3:15: pipelines.p.stages: found an empty list, expected a list of at least"
                + " one stage");
    assertThat(problems("flow: f\npipelines:\n  p: {stages: [{parallel: []}]}\n")).hasSize(1);
    assertThat(problems("flow: f\npipelines:\n  p: {}\n")).hasSize(1);
    assertThat(problems("flow: f\n")).hasSize(1);
  }

  @Test
  void refusesAParallelBlockInAParallelBlock() {
    assertThat(
            problems(
                "flow: f\npipelines:\n  p:\n    stages:\n      - parallel: [{parallel: []}]\n"))
        .containsExactly(
            "flow.yaml:5:20: pipelines.p.stages[0].parallel[0]: found a parallel block in a"
                + " parallel block, expected a stage");
  }

  @Test
  void aStageNameMayStandInTwoPipelinesButNotTwiceInOne() {
    assertThat(
            problems(
                """
                flow: f
                class: small
                pipelines:
                  a: {stages: [{stage: s, handler: echo}]}
                  b:
                    stages:
                      - {stage: s, handler: echo}
                      - parallel: [{stage: t, handler: echo}, {stage: s, handler: echo}]
                """))
        .singleElement()
        .asString()
        .contains("8:55: pipelines.b.stages[1].parallel[1].stage: found 's' again");
  }

  @Test
  void saysWhereAClassMayStandWhenThereIsNone() {
    assertThat(
            problems("flow: f\npipelines: {p: {stages: [{stage: s, handler: echo}]}}\n", CATALOG))
        .containsExactly(
            "flow.yaml:2:26: pipelines.p.stages[0].class: found no class, expected a resource class"
                + " here, on the pipeline or on the flow: one of large, small, xlarge");
  }

  @Test
  void refusesBadValues() {
    assertThat(problems(stageWith("timeout: 5m")).get(0)).contains("expected an object with");
    assertThat(problems(stageWith("timeout: {run: 30}")).get(0)).contains("found 30, expected a d");
    assertThat(problems(stageWith("timeout: {run: 0s}")).get(0)).contains("longer than zero");
    assertThat(problems(stageWith("timeout: {run: 9999d}")).get(0)).contains("at most 3660d");
    assertThat(problems(stageWith("retry: {attempts: 0}")).get(0)).contains("from 1 to 1000");
    assertThat(problems(stageWith("retry: {jitter: 1.5}")).get(0)).contains("from 0 to 1");
    assertThat(problems(stageWith("retry: {jitter: half}")).get(0)).contains("from 0 to 1");
    assertThat(problems(stageWith("retry: {backoff: 9s..1s}")).get(0)).contains("not below");
    assertThat(problems(stageWith("retry: {not-on: [TIMED_OU]}")).get(0))
        .contains("(did you mean TIMED_OUT?)");
    assertThat(problems(stageWith("for-each: all")).get(0)).contains("true, or an object");
    assertThat(problems(stageWith("for-each: {concurrency: 0}")).get(0)).contains("from 1 to");
    assertThat(problems(stageWith("when: 'a ='")).get(0))
        .contains("JMESPath")
        .contains("character");
    assertThat(problems(stageWith("when: nope(@)")).get(0)).contains("nope");
    assertThat(problems(stageWith("with: [1]")).get(0)).contains("found a list, expected an obj");
    assertThat(problems(stageWith("with: {a: .inf}")).get(0)).contains("JSON can hold");
    assertThat(problems(stageWith("on-out-of-memory: Huge")).get(0)).contains("resource class");
    assertThat(problems(stageWith("memory: lots")))
        .containsExactly(
            "flow.yaml:8:17: pipelines.p.stages[0].memory: found 'lots', expected a size such as"
                + " 512m or 4g");
    assertThat(problems(stageWith("memory: 0m")).get(0)).contains("4g, more than none");
    assertThat(problems(stageWith("rate: fast")))
        .containsExactly(
            "flow.yaml:8:15: pipelines.p.stages[0].rate: found 'fast', expected a rate such as"
                + " 100/s, 20/m or 5/h, or an object with calls and per");
    assertThat(problems(stageWith("rate: {calls: 0}")).get(0)).contains("from 1 to 1000000");
    assertThat(problems(stageWith("rate: {per: 1m}")).get(0)).contains("found no calls");
    assertThat(problems(stageWith("rate: {calls: 1, per: 2d}")).get(0))
        .endsWith("rate.per: found '2d', expected a duration from 1s to 1d");
    assertThat(problems(stageWith("memory: [1g]")).get(0)).contains("expected a size such as");
    assertThat(problems(stageWith("every: 5m")).get(0)).contains("unknown key 'every'");
  }

  @Test
  void checksNeitherClassesNorHandlersWithoutACatalog() {
    String text = stageWith().replace("echo", "anything").replace("small", "other");

    assertThat(FlowReader.read("f", text, Catalog.UNCHECKED).name()).isEqualTo("f");
    assertThat(problems(text, new Catalog(Optional.of(Set.of("small")), Optional.empty())))
        .hasSize(1);
  }

  @Test
  void refusesAHandlerThatOnlyAnotherClassHas() {
    Catalog catalog =
        Catalog.of(
            Set.of("small", "large", "new"),
            Map.of("small", Set.of("echo"), "large", Set.of("echo", "fit")));
    String fit = stageWith().replace("echo", "fit");

    assertThat(problems(fit, catalog))
        .containsExactly(
            "flow.yaml:6:18: pipelines.p.stages[0].handler: found 'fit', expected one of echo on"
                + " this class (fit is on large)");
    assertThat(FlowReader.read("f", fit.replace("small", "large"), catalog).name()).isEqualTo("f");
    assertThat(problems(fit.replace("small", "new"), catalog))
        .singleElement()
        .asString()
        .endsWith("found 'fit', expected one of (none known) on this class (fit is on large)");
    assertThat(problems(fit.replace("small", "lrage"), catalog)).hasSize(1);
  }

  @Test
  void takesTheLauncherOfTheInnermostLevelThatSaysIt() {
    Flow flow =
        FlowReader.read(
            "flow.yaml",
            """
            flow: f
            class: small
            launcher: in-process
            pipelines:
              p:
                stages: [{stage: a, handler: echo}, {stage: b, handler: echo, launcher: kafka}]
              q:
                launcher: ssh
                stages: [{stage: c, handler: exec}]
            """,
            Catalog.UNCHECKED);

    assertThat(flow.pipelines().stream().flatMap(Pipeline::stages).map(Stage::launcher))
        .containsExactly(Launcher.IN_PROCESS, Launcher.KAFKA, Launcher.SSH);
  }

  @Test
  void refusesALauncherThatThereIsNotOrThatCannotWorkTheHandler() {
    assertThat(problems(stageWith("launcher: shh")))
        .containsExactly(
            "flow.yaml:8:19: pipelines.p.stages[0].launcher: found 'shh', expected one of kafka,"
                + " in-process, ssh (did you mean ssh?)");
    assertThat(problems(stageWith("launcher: ssh")))
        .containsExactly(
            "flow.yaml:6:18: pipelines.p.stages[0].handler: found 'echo', expected exec, the only"
                + " handler that the launcher ssh has");
  }

  @Test
  void refusesAHandlerThatOnlyAnotherLauncherHas() {
    Catalog catalog =
        Catalog.of(
            Set.of("small"), Map.of("small", Set.of("echo"), "small.in-process", Set.of("fit")));

    assertThat(problems(stageWith("launcher: in-process"), catalog))
        .containsExactly(
            "flow.yaml:6:18: pipelines.p.stages[0].handler: found 'echo', expected one of fit on"
                + " this class by launcher in-process (echo is on small)");
    assertThat(FlowReader.read("f", stageWith(), catalog).name()).isEqualTo("f");
  }

  @Test
  void guessesWhatAMistypedWordWasMeantToBe() {
    assertThat(problems("flow: f\npipelines:\n  p: {stages: [{paralell: []}]}\n"))
        .anySatisfy(problem -> assertThat(problem).endsWith("(did you mean parallel?)"));
    assertThat(problems(stageWith().replace("small", "Small")))
        .singleElement()
        .asString()
        .endsWith("one of large, small, xlarge (did you mean small?)");
  }

  @Test
  void readsAScheduleWithItsDefaultsAndWithEveryKey() {
    Flow every = FlowReader.read("flow.yaml", "every: 5m\n" + stageWith(), CATALOG);
    assertThat(every.schedule()).contains(Schedule.of(new Every(Duration.ofMinutes(5))));

    String keys =
        "cron: '0 3 * * *'\nschedule: {zone: Europe/Berlin, catch-up: all, overlap: queue,"
            + " jitter: 30s, input: [1], complete-within: 1h}\n";
    Schedule cron =
        FlowReader.read("flow.yaml", keys + stageWith(), CATALOG).schedule().orElseThrow();
    assertThat(cron.timing()).isEqualTo(Cron.parse("0 3 * * *", ZoneId.of("Europe/Berlin")));
    assertThat(cron.catchUp()).isEqualTo(Schedule.CatchUp.ALL);
    assertThat(cron.overlap()).isEqualTo(Schedule.Overlap.QUEUE);
    assertThat(cron.jitter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(cron.input()).hasToString("[1]");
    assertThat(cron.completeWithin()).contains(Duration.ofHours(1));
  }

  @Test
  void tellsEverythingThatIsWrongWithAScheduleAtOnce() {
    String text =
        """
        cron: "61 3 * * *"
        schedule:
          zone: Europe/Berlim
          catch-up: lasst
          overlap: [skip]
          jitter: 2h
          often: yes
        """;
    assertThat(problems(text + stageWith()))
        .hasSize(6)
        .anyMatch(p -> p.startsWith("flow.yaml:1:7: cron: found '61 3 * * *', expected five cron"))
        .anyMatch(p -> p.startsWith("flow.yaml:3:9: schedule.zone: ") && p.contains("Berlin?"))
        .anyMatch(
            p ->
                p.equals(
                    "flow.yaml:4:13: schedule.catch-up: found 'lasst', expected one of none, last,"
                        + " all (did you mean last?)"))
        .anyMatch(p -> p.startsWith("flow.yaml:5:12: schedule.overlap: found a list"))
        .anyMatch(p -> p.startsWith("flow.yaml:6:11: schedule.jitter: ") && p.contains("1h"))
        .anyMatch(p -> p.startsWith("flow.yaml:7:3: schedule.often: found the unknown key"));
  }

  @Test
  void wantsOneOfEveryAndCronAndNoScheduleWithoutThem() {
    assertThat(problems("every: 5m\ncron: '0 3 * * *'\n" + stageWith()))
        .containsExactly(
            "flow.yaml:2:7: cron: found cron beside every, expected one of every and cron");
    assertThat(problems("schedule: {overlap: skip}\n" + stageWith()))
        .containsExactly(
            "flow.yaml:1:11: schedule: found a schedule without due times, expected every or cron"
                + " beside it");
    assertThat(problems("every: 5m\nschedule: {zone: UTC}\n" + stageWith()))
        .singleElement()
        .asString()
        .startsWith("flow.yaml:2:18: schedule.zone: found a zone beside every");
    assertThat(problems("every: 100ms\n" + stageWith()))
        .containsExactly(
            "flow.yaml:1:8: every: found '100ms', expected an interval of at least 1s, in whole"
                + " milliseconds, such as 30s, 5m or 1d");
  }
}
