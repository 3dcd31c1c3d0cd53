package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tierflow.client.RunView;
import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.Runs;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunWatchTest implements RunDisplay {

  private final Tierflow tierflow = new Tierflow();
  private final List<String> shown = new ArrayList<>();
  private Instant now = InMemoryRuns.START;
  private final RunWatch watch =
      new RunWatch(new RunnerApi(URI.create(tierflow.url())), "run-1", this, () -> now);

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Override
  public void show(RunView run, Instant when) {
    shown.add(run.state());
  }

  @Override
  public void note(String text) {
    shown.add(text);
  }

  @Test
  void followsTheRunThroughARestartOfTheRunner() {
    assertThat(watch.step()).isEmpty();
    tierflow.runs().put(run("RUNNING"));
    assertThat(watch.step()).isEmpty();
    tierflow.runs().failWith(() -> new UnavailableException("the engine is starting", null));
    now = now.plus(RunWatch.PATIENCE);
    assertThat(watch.step()).isEmpty();
    tierflow.runs().failWith(() -> new UnavailableException("it moves; try again", null));
    assertThat(watch.step()).isEmpty();
    tierflow.runs().failWith(() -> null);
    tierflow.runs().put(run("CANCELLED"));

    assertThat(watch.step().orElseThrow().path("state").asText()).isEqualTo("CANCELLED");
    assertThat(shown)
        .containsExactly(
            "RUNNING",
            "the engine is starting; trying again",
            "it moves; trying again",
            "CANCELLED");
  }

  @Test
  void givesUpOnARunnerThatStaysAway() {
    tierflow.runs().failWith(() -> new UnavailableException("Kafka does not answer", null));
    now = now.plus(RunWatch.PATIENCE).plusMillis(1);

    assertThatThrownBy(watch::step)
        .asInstanceOf(type(CliFailure.class))
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(3))
        .satisfies(e -> assertThat(e).hasMessage("Kafka does not answer"));
  }

  @Test
  void givesUpOnARunThatIsNeverSeen() {
    now = now.plus(RunWatch.PATIENCE).plusMillis(1);

    assertThatThrownBy(watch::step)
        .asInstanceOf(type(CliFailure.class))
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(1))
        .satisfies(e -> assertThat(e).hasMessageContaining("run-1"));
  }

  private static RunView run(String state) {
    return Runs.run("run-1", "weather", 1, state).view();
  }
}
