package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.runner.Runs;
import io.tierflow.runner.letters.ALetter;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PacedReplayTest {

  private final Tierflow tierflow = new Tierflow();

  @BeforeEach
  void putLetters() {
    for (int i = 0; i < 10; i++) {
      tierflow
          .runs()
          .put(
              Runs.run("r" + i, "weather", 3, "FAILED")
                  .ended(10)
                  .pipeline("main", "FAILED", List.of(), Runs.stage("fetch", "FAILED", "small"))
                  .view());
      tierflow.runs().letters().add(ALetter.of("r" + i));
    }
  }

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Test
  void keepsToItsRate() {
    List<Integer> sent = new ArrayList<>();
    List<String> said = new ArrayList<>();
    long start = System.nanoTime();

    boolean whole =
        replay(new Rate(4))
            .run(
                step -> {
                  sent.add(step.sent());
                  said.add(LetterReplayRun.underWay(step));
                });

    assertThat(whole).isTrue();
    assertThat(sent).containsExactly(4, 8, 10);
    assertThat(said)
        .startsWith("sent 4 runs again; went through 4 of 10 dead letters, skipped 0")
        .endsWith("sent 10 runs again; went through 10 of 10 dead letters, skipped 0");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1990));
  }

  @Test
  void saysHowMuchIsToBeLookedAtWhereNotAllAreMeant() {
    List<String> said = new ArrayList<>();
    ObjectNode one = JsonNodeFactory.instance.objectNode().put("runId", "r1");

    replay(one, new Rate(1.9)).run(step -> said.add(LetterReplayRun.underWay(step)));

    assertThat(said)
        .startsWith("sent 1 run again; went through 1 dead letter, skipped 0; 8 to look at");
  }

  @Test
  void stopsAfterTheStepUnderWayWithoutWaitingForTheNext() {
    PacedReplay replay = replay(new Rate(0.001));

    boolean whole = replay.run(step -> replay.stop());

    assertThat(whole).isFalse();
    assertThat(tierflow.runs().replayed()).hasSize(1);
  }

  @Test
  void goesOnWhereItWasStopped() {
    PacedReplay first = replay(new Rate(3));
    first.run(step -> first.stop());
    assertThat(tierflow.runs().replayed()).hasSize(3);

    assertThat(replay(new Rate(1000)).run(step -> {})).isTrue();
    assertThat(tierflow.runs().replayed()).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void holdsTheEndOfTheProcessUntilAllHasBeenSaid() throws Exception {
    PacedReplay replay = replay(new Rate(1));
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread ending =
        new Thread(
            () -> {
              replay.stopAndAwait();
              end.complete(null);
            });
    boolean whole = replay.run(step -> ending.start());

    assertThat(whole).isFalse();
    assertThat(end).isNotDone();
    replay.finished();
    ending.join();
    assertThat(end).isDone();
  }

  private PacedReplay replay(Rate rate) {
    return replay(JsonNodeFactory.instance.objectNode(), rate);
  }

  private PacedReplay replay(ObjectNode request, Rate rate) {
    RunnerApi api = new RunnerApi(URI.create(tierflow.url()));
    LetterReplay replay = new LetterReplay(api, request, false, rate);
    return new PacedReplay(replay, rate, InstantSource.system());
  }
}
