package io.tierflow.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.runner.InMemoryRuns;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.Runs;
import io.tierflow.runner.cli.Tierflow.Ended;
import io.tierflow.runner.letters.ALetter;
import io.tierflow.schemas.FailureKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterCommandsTest {

  @TempDir private Path folder;

  private final Tierflow tierflow = new Tierflow();
  private final InMemoryRuns runs = tierflow.runs();

  @BeforeEach
  void putLetters() {
    for (String id : List.of("r1", "r2")) {
      runs.put(
          Runs.run(id, "weather", 3, "FAILED")
              .ended(10)
              .pipeline("main", "FAILED", List.of(), Runs.stage("fetch", "FAILED", "small"))
              .view());
    }
    runs.letters().add(ALetter.of("r1"));
    runs.letters()
        .add(
            ALetter.of("r2")
                .after(1)
                .failed(FailureKind.HANDLER_ERROR, "status\n500 " + "x".repeat(99)));
    runs.letters().add(ALetter.undecodable("r3"));
  }

  @AfterEach
  void stop() {
    tierflow.close();
  }

  @Test
  void listsOldestFirstInOneLineEach() {
    Ended ended = tierflow.run("dead-letters");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.outLines())
        .containsExactly(
            "ID   WHEN                      RUN  FLOW     STAGE       KIND           MESSAGE",
            "0-0  2026-11-24T10:00:00.000Z  r1   weather  main/fetch  TIMED_OUT      too slow",
            "0-1  2026-11-24T10:00:01.000Z  r2   weather  main/fetch  HANDLER_ERROR  status 500 "
                + "x".repeat(69)
                + "…",
            "0-2  2026-11-24T10:00:00.000Z  r3   -        -           UNDECODABLE    no magic byte");
  }

  @Test
  void namesTheElementAndKeepsItsColumnsWhateverAKeyIs() {
    runs.letters().add(ALetter.of("r4").element(3));
    byte[] bytes = {'k', (byte) 0xff, 0x1b, '[', '2', 'J', (byte) 0xc3, '\n'};
    runs.letters().add(ALetter.undecodable(new String(bytes, StandardCharsets.UTF_8)));
    runs.letters().add(ALetter.undecodable("\u202e\u2028\u0000"));

    assertThat(tierflow.run("dead-letters", "--cursor", "3").outLines())
        .containsExactly(
            "ID   WHEN                      RUN      FLOW     STAGE                  KIND         MESSAGE",
            "0-3  2026-11-24T10:00:00.000Z  r4       weather  main/fetch, element 3  TIMED_OUT    too slow",
            "0-4  2026-11-24T10:00:00.000Z  k\ufffd [2J\ufffd  -        -                      UNDECODABLE  no magic byte",
            "0-5  2026-11-24T10:00:00.000Z  -        -        -                      UNDECODABLE  no magic byte");
  }

  @Test
  void choosesByEveryCriterion() throws Exception {
    assertThat(listed("--flow", "weather", "--stage", "fetch", "--error", "TIMED_OUT"))
        .containsExactly("0-0");
    assertThat(listed("--message", "status.*500")).isEmpty();
    assertThat(listed("--message", "500")).containsExactly("0-1");
    assertThat(listed("--since", "2026-11-24T10:00:01Z")).containsExactly("0-1");
    assertThat(listed("--until", "2026-11-24T11:00:01+01:00")).containsExactly("0-0", "0-2");
    assertThat(listed("--since", "3660d")).hasSize(3);
    assertThat(listed("--until", "3660d")).isEmpty();
    assertThat(listed("--run", "r3")).containsExactly("0-2");
  }

  @Test
  void goesOnWhereAnEarlierListEnded() throws Exception {
    Ended first = tierflow.run("dead-letters", "--limit", "2");

    assertThat(first.outLines()).hasSize(5).endsWith("", "there are more: --cursor 2");
    assertThat(listed("--cursor", "2")).containsExactly("0-2");
  }

  @Test
  void refusesWhatIsNotValid() {
    refuses("--since: found 'soon', expected a time such as", "--since", "soon");
    refuses("message: found '(', expected a regular expression", "--message", "(");
    refuses("--limit: found 0", "--limit", "0");
    refuses("error: found 'BAD', expected one of", "--error", "BAD");
    refuses("stage: found 'a/b/c', expected PIPELINE/STAGE, or a stage's", "--stage", "a/b/c");
    String[] never = {"--since", "2026-11-24T11:00:00Z", "--until", "2026-11-24T10:00:00Z"};
    refuses(
        "since: found '2026-11-24T11:00:00.000Z', expected a time before until, 2026-11-24T10:00:00",
        never);
  }

  @Test
  void showsALetterWhole() throws Exception {
    Ended task = tierflow.run("dead-letters", "show", "0-0");
    Ended record = tierflow.run("dead-letters", "show", "0-2");

    assertThat(task.exitCode()).isZero();
    assertThat(task.outLines())
        .containsExactly(
            "dead letter 0-0 of 2026-11-24T10:00:00.000Z",
            "run     r1",
            "flow    weather v3",
            "stage   main/fetch",
            "class   small",
            "failure TIMED_OUT: too slow",
            "attempt 1 on small, w1, ended 2026-11-24T09:59:51.000Z",
            "    WORKER_LOST: gone",
            "attempt 2 on small, w2, ended 2026-11-24T10:00:00.000Z",
            "    TIMED_OUT: too slow",
            "input",
            "{",
            "  \"n\" : 1.10",
            "}");
    assertThat(record.outLines())
        .contains("record  tierflow.results, partition 2, offset 7", "value   Z2FyYmFnZQ==");
    assertThat(tierflow.run("dead-letters", "show", "0-0", "--json").json().path("id").asText())
        .isEqualTo("0-0");
    assertThat(tierflow.run("dead-letters", "show", "9-9").exitCode()).isEqualTo(2);
  }

  @Test
  void replaysASelectionOnceWithAnEditedInputOnAnotherClass() throws Exception {
    Path input = Files.writeString(folder.resolve("input.json"), "{\"n\": 1.10}");
    String[] command = {
      "replay",
      "--dead-letters",
      "--error",
      "TIMED_OUT",
      "--stage",
      "main/fetch",
      "--class",
      "large",
      "--input",
      input.toString()
    };

    Ended first = tierflow.run(command);
    Ended second = tierflow.run(command);

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.outLines())
        .containsExactly("sent 1 run again; went through 1 dead letter, skipped 0");
    assertThat(second.exitCode()).isZero();
    assertThat(second.outLines())
        .containsExactly(
            "sent 0 runs again; went through 1 dead letter, skipped 1",
            "  1 skipped: the same replay was sent before");
    assertThat(runs.replayed()).containsExactly("r1 [main/fetch] on large with {\"n\":1.10}");
  }

  @Test
  void countsTheLettersOfARunThatIsSentOnceApartHoweverTheyAreCutIntoParts() throws Exception {
    runs.letters().add(ALetter.of("r1").after(2));
    runs.letters().add(ALetter.of("r2").after(2));

    Ended first = tierflow.run("replay", "--dead-letters", "--flow", "weather", "--rate", "1.9/s");
    Ended second = tierflow.run("replay", "--dead-letters", "--flow", "weather", "--json");

    assertThat(first.outLines())
        .containsExactly(
            "sent 2 runs again; went through 4 dead letters, skipped 0",
            "  2 more dead letters of the same runs: all that are chosen of one run are one replay"
                + " of it");
    assertThat(second.json().path("items"))
        .hasSize(4)
        .allSatisfy(item -> assertThat(item.path("skipped").asText()).contains("sent before"));
  }

  @Test
  void listsInADryRunWhatItWouldSend() throws Exception {
    Ended ended = tierflow.run("replay", "--dead-letters", "--dry-run");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.outLines())
        .startsWith("ID   RUN  STAGE       SKIPPED", "0-0  r1   main/fetch", "0-1  r2   main/fetch")
        .contains("would send 2 runs again; went through 3 dead letters, skipped 1");
    assertThat(runs.replayed()).isEmpty();
  }

  @Test
  void givesAReplayAsOneDocument() throws Exception {
    Ended ended = tierflow.run("replay", "--dead-letters", "--json", "--rate", "1000/s");

    assertThat(ended.json().path("items")).hasSize(3);
    assertThat(ended.json().path("sent").asInt()).isEqualTo(2);
    assertThat(ended.json().path("stopped").asBoolean()).isFalse();
  }

  @Test
  void saysWhatWasSentWhenTheRunnerIsLostHalfway() {
    runs.letters().failAfter(2, () -> new UnavailableException("Kafka is gone", null));

    Ended ended = tierflow.run("replay", "--dead-letters", "--rate", "1");

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.errLines())
        .containsExactly(
            "ended early: sent 2 runs again; went through 2 dead letters, skipped 0",
            "the same command goes on where this one stopped, and sends nothing twice",
            "Kafka is gone");
  }

  @Test
  void takesARunOrDeadLettersAndTheOptionsOfEither() {
    assertThat(tierflow.run("replay").err()).contains("neither", "a RUN or --dead-letters");
    assertThat(tierflow.run("replay", "r1", "--dead-letters").err()).contains("both");
    assertThat(tierflow.run("replay", "r1", "--rate", "5").exitCode()).isEqualTo(2);
    assertThat(tierflow.run("replay", "r1", "--flow", "weather").exitCode()).isEqualTo(2);
    assertThat(tierflow.run("replay", "--dead-letters", "--stage", "a", "--stage", "b").exitCode())
        .isEqualTo(2);
    assertThat(runs.replayed()).isEmpty();
  }

  @Test
  void refusesARateThatIsNone() {
    for (String rate : List.of("0", "-1", "fast", "NaN", "1e9")) {
      Ended ended = tierflow.run("replay", "--dead-letters", "--rate", rate);

      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.err()).contains("--rate", "found '" + rate + "'", "20 or 0.5/s");
    }
  }

  private List<String> listed(String... options) throws Exception {
    String[] command = new String[options.length + 2];
    command[0] = "dead-letters";
    command[1] = "--json";
    System.arraycopy(options, 0, command, 2, options.length);
    Ended ended = tierflow.run(command);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return ended.json().path("items").findValuesAsText("id");
  }

  private void refuses(String message, String... options) {
    String[] command = new String[options.length + 1];
    command[0] = "dead-letters";
    System.arraycopy(options, 0, command, 1, options.length);
    Ended ended = tierflow.run(command);
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).startsWith(message);
  }
}
