package io.tierflow.worker.handlers;

import static io.tierflow.worker.handlers.Attempt.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds of {@code exec} wherever its programs run. */
@Timeout(180)
abstract class ExecPromises {

  static final Duration LIMIT = Duration.ofSeconds(60);

  ExecHandler exec;
  @TempDir Path folder;

  /** The handler with its programs where they are to run. */
  abstract ExecHandler handler();

  @BeforeEach
  void make() {
    exec = handler();
  }

  @Test
  void returnsTheJsonThatTheProgramMakesOfItsInput() throws Exception {
    JsonNode input = json("{'city': 'Zürich', 'values': [1, 2]}");

    assertThat(Attempt.with("{'command': ['cat']}").run(exec, input)).isEqualTo(input);
  }

  @Test
  void handsNumbersOnDigitForDigit() throws Exception {
    String text = "{\"a\":1.10,\"b\":12345678901234567890.5}";
    JsonNode input = Json.parse(text.getBytes(StandardCharsets.UTF_8));

    assertThat(Attempt.with("{'command': ['cat']}").run(exec, input).toString()).isEqualTo(text);
  }

  @Test
  void returnsNullForAProgramThatSaysNothing() throws Exception {
    assertThat(Attempt.with("{'command': ['true']}").run(exec, json("{}")).isNull()).isTrue();
  }

  @Test
  void passesOneMebibyteThroughAProgramThatEchoesWhileItReads() throws Exception {
    JsonNode input = JsonNodeFactory.instance.textNode("x".repeat(1 << 20));

    assertThat(Attempt.with("{'command': ['cat']}").run(exec, input)).isEqualTo(input);
  }

  @Test
  void doesNotMindAProgramThatIgnoresALargeInput() throws Exception {
    JsonNode input = JsonNodeFactory.instance.textNode("x".repeat(1 << 20));

    assertThat(Attempt.with("{'command': ['echo', '7']}").run(exec, input).intValue()).isEqualTo(7);
  }

  @Test
  void givesTheProgramItsEnvironmentAndFolder() {
    Attempt attempt =
        Attempt.with(
            "{'command': ['sh', '-c', 'echo $UNIT $TIERFLOW_RUN $TIERFLOW_INDEX in $PWD >&2; exit"
                + " 1'], 'env': {'UNIT': 'C'}, 'dir': '%s'}",
            folder);

    assertThat(attempt.element(3).failure(exec, json("null")).detail())
        .startsWith("C run-1 3 in " + folder + "\n");
  }

  @Test
  void namesTheExitCodeAndKeepsStandardError() {
    Failure failure =
        Attempt.with(
                "{'command': ['sh', '-c', 'echo begun >&2; echo too cold >&2; echo >&2; exit 3']}")
            .failure(exec, json("{}"));

    assertThat(failure.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(failure.permanent()).isFalse();
    assertThat(failure.message()).isEqualTo("exec: 'sh' exited with 3: too cold");
    assertThat(failure.detail()).startsWith("begun\ntoo cold\n");
  }

  @Test
  void keepsTheEndOfALongStandardErrorWithinItsBound() {
    Failure failure =
        Attempt.with("{'command': ['sh', '-c', 'seq 1 200000 >&2; exit 1']}")
            .failure(exec, json("null"));

    assertThat(failure.detail().length()).isLessThanOrEqualTo(Excerpt.MAX_DETAIL_BYTES);
    assertThat(failure.detail()).endsWith("199999\n200000\n");
  }

  @Test
  void saysThatACommandInAScriptIsNotThere() {
    Failure failure =
        Attempt.with("{'command': ['sh', '-c', 'no-such-program']}").failure(exec, json("{}"));

    assertThat(failure.message()).contains("exited with 127: a command in it was not found");
    assertThat(failure.detail()).contains("no-such-program");
  }

  @Test
  void saysWhichSignalKilledTheProgram() {
    assertThat(
            Attempt.with("{'command': ['sh', '-c', 'kill -9 $$']}")
                .failure(exec, json("{}"))
                .message())
        .isEqualTo("exec: 'sh' exited with 137: killed by signal 9");
  }

  @Test
  void refusesOutputThatIsNotExactlyOneDocument() {
    assertThat(
            Attempt.with("{'command': ['echo', 'all is well']}")
                .failure(exec, json("{}"))
                .message())
        .isEqualTo(
            "exec: 'echo': expected one JSON document on standard output, found 'all is well'");
    assertThat(Attempt.with("{'command': ['echo', '1 2']}").failure(exec, json("{}")).message())
        .contains("expected one JSON document");
  }

  @Test
  void stopsAProgramThatWritesTooMuch() {
    assertThat(
            Attempt.with("{'command': ['yes'], 'max-output': 1000}")
                .failure(exec, json("{}"))
                .message())
        .isEqualTo("exec: 'yes' wrote more than 1000 bytes, its with.max-output, and was stopped");
  }

  @Test
  void stopsAProgramAndItsChildrenWhenItsTimeIsOver() throws Exception {
    Path pids = folder.resolve("pids");
    Failure failure =
        Attempt.with(
                "{'command': ['sh', '-c', 'sleep 300 & echo $! > %s; wait'], 'timeout': '1s'}",
                pids)
            .failure(exec, json("{}"));

    assertThat(failure.message()).isEqualTo("exec: 'sh' ran longer than 1s and was stopped");
    long child = Long.parseLong(Files.readString(pids).strip());
    await().atMost(LIMIT).until(() -> isGone(child));
  }

  @Test
  void stopsAProgramThatIgnoresTerminationWhenInterrupted() throws Exception {
    Path pids = folder.resolve("pids");
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Attempt attempt =
        Attempt.with(
            "{'command': ['sh', '-c', 'trap : TERM; sleep 300 & echo $$ $! > %s;"
                + " while true; do wait; done']}",
            pids);
    Thread slot =
        new Thread(
            () -> {
              try {
                attempt.run(exec, json("{}"));
              } catch (Exception e) {
                outcome.set(e);
              }
            });
    slot.start();
    await().atMost(LIMIT).until(() -> Files.exists(pids) && Files.size(pids) > 2);

    slot.interrupt();
    slot.join(LIMIT.toMillis());

    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    for (String pid : Files.readString(pids).strip().split(" ", -1)) {
      await().atMost(LIMIT).until(() -> isGone(Long.parseLong(pid)));
    }
  }

  static boolean isGone(long pid) {
    // A killed process whose parent is gone too may stay as a zombie until init collects it.
    return ProcessHandle.of(pid).map(p -> p.info().command().isEmpty()).orElse(true);
  }
}
