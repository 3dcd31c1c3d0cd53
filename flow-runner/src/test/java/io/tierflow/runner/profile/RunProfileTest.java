package io.tierflow.runner.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tierflow.client.AttemptView;
import io.tierflow.client.ElementsView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunProfileTest {

  private static final Instant START = GeneratedRun.SUBMITTED;

  @ParameterizedTest
  @ValueSource(ints = {0, 400})
  void segmentsNeverOverlapAndWithTheirGapsAndTheTailMakeUpTheTotal(int skewMs) {
    for (long seed = 0; seed < 3000; seed++) {
      RunView run = new GeneratedRun(seed, skewMs).view();
      RunProfile profile = RunProfile.of(run);

      Duration sum = profile.tail();
      Instant before = run.submittedAt();
      for (Segment segment : profile.criticalPath()) {
        assertThat(segment.from()).as("seed %d", seed).isAfterOrEqualTo(before);
        assertThat(segment.to()).as("seed %d", seed).isAfterOrEqualTo(segment.from());
        assertThat(segment.gap()).as("seed %d", seed).isEqualTo(between(before, segment.from()));
        sum = sum.plus(segment.gap()).plus(segment.length());
        before = segment.to();
      }
      assertThat(before).as("seed %d", seed).isBeforeOrEqualTo(run.endedAt());
      assertThat(sum).as("seed %d", seed).isEqualTo(profile.total());
      assertThat(profile.total()).isEqualTo(between(run.submittedAt(), run.endedAt()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 400})
  void sharesSumToAtMostOneAndOnlyCriticalStagesHaveOne(int skewMs) {
    for (long seed = 0; seed < 3000; seed++) {
      RunProfile profile = RunProfile.of(new GeneratedRun(seed, skewMs).view());

      double sum = profile.stages().stream().mapToDouble(StageProfile::share).sum();
      assertThat(sum).as("seed %d", seed).isBetween(0.0, 1.0 + 1e-9);
      assertThat(profile.stages().stream().filter(StageProfile::critical).count())
          .as("seed %d", seed)
          .isEqualTo(profile.criticalPath().size());
      assertThat(profile.stages())
          .as("seed %d", seed)
          .filteredOn(stage -> !stage.critical())
          .allSatisfy(stage -> assertThat(stage.share()).isZero());
      assertThat(profile.stages())
          .allSatisfy(
              stage ->
                  assertThat(List.of(stage.queue(), stage.run(), stage.gap()))
                      .noneMatch(Duration::isNegative));
    }
  }

  @Test
  void theIdealIsTheLongestPathOverRunTimesAndNeverLongerThanTheTotal() {
    for (long seed = 0; seed < 3000; seed++) {
      GeneratedRun run = new GeneratedRun(seed, 0);
      RunProfile profile = RunProfile.of(run.view());

      assertThat(profile.ideal()).as("seed %d", seed).isEqualTo(run.ideal());
      assertThat(profile.ideal()).as("seed %d", seed).isLessThanOrEqualTo(profile.total());
    }
  }

  @Test
  void theLastStageThatEndedEndsTheCriticalPathAndTheFirstWaitedForNothing() {
    for (long seed = 0; seed < 3000; seed++) {
      RunView run = new GeneratedRun(seed, 0).view();
      RunProfile profile = RunProfile.of(run);
      if (profile.criticalPath().isEmpty()) {
        continue;
      }
      Instant lastEnd =
          run.pipelines().stream()
              .flatMap(pipeline -> pipeline.stages().stream())
              .flatMap(stage -> stage.attempts().stream())
              .map(AttemptView::endedAt)
              .max(Instant::compareTo)
              .orElseThrow();
      Segment first = profile.criticalPath().get(0);
      Segment last = profile.criticalPath().get(profile.criticalPath().size() - 1);

      assertThat(last.to()).as("seed %d", seed).isEqualTo(lastEnd);
      // With clocks that agree, a dispatch follows within the generator's 20 ms of what it waited
      // for (skipped steps may lie between), so no longer wait is hidden in a gap.
      assertThat(first.gap()).as("seed %d", seed).isLessThanOrEqualTo(Duration.ofMillis(20 * 20));
      assertThat(profile.criticalPath())
          .as("seed %d", seed)
          .allSatisfy(segment -> assertThat(segment.gap()).isLessThan(Duration.ofMillis(200)));
    }
  }

  @Test
  void theReferenceRunNamesCoreLogicAsItsBottleneck() {
    RunProfile profile = RunProfile.of(reference(6000));

    assertThat(profile.criticalPath())
        .extracting(Segment::stage)
        .containsExactly("fetch", "store", "core-logic", "send-b");
    assertThat(profile.bottleneckPipeline()).contains("report");
    assertThat(profile.bottleneck().map(StageProfile::stage)).contains("core-logic");
    assertThat(profile.ideal()).isEqualTo(Duration.ofMillis(8100));
    assertThat(profile.total()).isEqualTo(Duration.ofMillis(8145));
    assertThat(profile.bottleneck().orElseThrow().share()).isCloseTo(6010 / 8145.0, within(1e-9));
  }

  @Test
  void afterTheMoveTheSourceIsTheBottleneck() {
    RunProfile profile = RunProfile.of(reference(1500));

    assertThat(profile.bottleneckPipeline()).contains("http-source");
    assertThat(profile.bottleneck().map(StageProfile::stage)).contains("store");
    assertThat(profile.ideal()).isEqualTo(Duration.ofMillis(3600));
  }

  @Test
  void declaredCostsGiveTheIdealOfTheFlowWhateverWasMeasured() {
    Map<String, Duration> declared =
        Map.of(
            "http-source/fetch", Duration.ofSeconds(5),
            "http-source/store", Duration.ofSeconds(15),
            "mqtt-source/receive", Duration.ofSeconds(100),
            "report/core-logic", Duration.ofSeconds(1));

    assertThat(RunProfile.idealOf(reference(1500), declared)).isEqualTo(Duration.ofSeconds(101));
  }

  @Test
  void aForEachStageCountsAsOneWhoseElementsOverlap() {
    StageView stage =
        new StageView(
            "fan",
            "SUCCEEDED",
            "small",
            "kafka",
            "echo",
            "t",
            null,
            false,
            null,
            null,
            null,
            new ElementsView(2, 2, 2, 0),
            List.of(attempt(0, 10, 110), attempt(0, 30, 210)));
    RunProfile profile =
        RunProfile.of(run(250, new PipelineView("p", "SUCCEEDED", List.of(), List.of(stage))));

    StageProfile fan = profile.stages().get(0);
    assertThat(fan.queue()).isEqualTo(Duration.ofMillis(10));
    assertThat(fan.run()).isEqualTo(Duration.ofMillis(200));
    assertThat(fan.elements().total()).isEqualTo(2);
    assertThat(ProfileTable.text(profile)).contains("fan ×2");
  }

  @Test
  void aRunThatHasNotEndedIsRefusedWithItsState() {
    RunView ended = reference(1500);
    RunView running =
        new RunView(
            "r1",
            "f",
            1,
            "RUNNING",
            Map.of(),
            null,
            null,
            null,
            START,
            START,
            null,
            null,
            0,
            List.of(),
            ended.pipelines());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunProfile.of(running))
        .withMessage("run r1: expected a run that has ended, found state RUNNING");
  }

  @Test
  void theTableIsAlignedAndItsJsonSaysTheSame() {
    RunProfile profile = RunProfile.of(reference(6000));

    assertThat(ProfileTable.text(profile))
        .isEqualTo(
            """
            pipeline     stage       class  queue    run    gap  critical  worker
            http-source  fetch       small  0.010  0.500  0.000      6.3%  w1
                         store       small  0.010  1.500  0.000     18.5%  w1
            mqtt-source  receive     small  0.010  0.100  0.000         -  w1
                         store       small  0.010  0.500  0.000         -  w1
            report       core-logic  small  0.010  6.000  0.000     73.8%  w1
                         send-a      small  0.010  0.080  0.000         -  w1
                         send-b      small  0.010  0.100  0.000      1.4%  w1
            total 8.145 s, ideal 8.100 s (the longest path over run times alone)
            bottleneck: pipeline report, stage core-logic on class small, 73.8% of the total""");
    assertThat(ProfileTable.json(profile).at("/stages/4/runMs").asInt()).isEqualTo(6000);
    assertThat(ProfileTable.json(profile).path("bottleneckStage").asText()).isEqualTo("core-logic");
    assertThat(ProfileTable.json(profile).at("/criticalPath/2/lengthMs").asInt()).isEqualTo(6010);
  }

  /** The reference case with 10 ms in every queue, and 5 ms until the run ends. */
  private static RunView reference(int coreMs) {
    int core = 2020 + 10 + coreMs;
    return run(
        core + 10 + 100 + 5,
        pipeline("http-source", List.of(), stage("fetch", 0, 500), stage("store", 510, 1500)),
        pipeline("mqtt-source", List.of(), stage("receive", 0, 100), stage("store", 110, 500)),
        pipeline(
            "report",
            List.of("http-source", "mqtt-source"),
            stage("core-logic", 2020, coreMs),
            stage("send-a", core, 80),
            stage("send-b", core, 100)));
  }

  private static PipelineView pipeline(String name, List<String> after, StageView... stages) {
    return new PipelineView(name, "SUCCEEDED", after, List.of(stages));
  }

  private static StageView stage(String name, int queued, int run) {
    return new StageView(
        name,
        "SUCCEEDED",
        "small",
        "kafka",
        "echo",
        "t",
        null,
        false,
        null,
        null,
        null,
        null,
        List.of(attempt(queued, queued + 10, queued + 10 + run)));
  }

  private static AttemptView attempt(int queued, int started, int ended) {
    return new AttemptView(
        1,
        "SUCCEEDED",
        "small",
        "w1",
        START.plusMillis(queued),
        START.plusMillis(started),
        START.plusMillis(ended),
        null,
        null);
  }

  private static RunView run(int total, PipelineView... pipelines) {
    return new RunView(
        "r1",
        "weather-service",
        1,
        "SUCCEEDED",
        Map.of(),
        null,
        null,
        null,
        START,
        START,
        START.plusMillis(total),
        null,
        0,
        List.of(),
        List.of(pipelines));
  }

  private static Duration between(Instant from, Instant to) {
    return Duration.between(from, to);
  }
}
