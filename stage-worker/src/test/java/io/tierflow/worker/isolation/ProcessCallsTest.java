package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real child processes, with the machine's control groups and without. */
@Timeout(120)
class ProcessCallsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long MIB = 1L << 20;

  @TempDir private Path folder;

  private final AtomicLong peak = new AtomicLong();
  private final AtomicReference<String> progress = new AtomicReference<>("");
  private final AtomicInteger begun = new AtomicInteger();
  private final HandlerCalls.Witness witness =
      new HandlerCalls.Witness() {
        @Override
        public void begins() {
          begun.incrementAndGet();
        }

        @Override
        public void usedMemory(long peakBytes) {
          peak.set(peakBytes);
        }
      };
  private ProcessCalls calls;

  @AfterEach
  void nothingIsLeft() throws Exception {
    if (calls != null) {
      calls.close();
    }
    if (calls != null) {
      assertThat(calls.folder().path()).doesNotExist();
      assertThat(calls.folder().lockFile()).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHandlerRunsInAFolderOfItsOwnWithFewVariablesAndIsReused(boolean groups) throws Exception {
    start(groups, settings());
    JsonNode first = output("place", "1");
    assertThat(Path.of(first.get(1).asText())).isNotEqualTo(Path.of("").toAbsolutePath());
    assertThat(first.get(2).asText()).contains("PATH").doesNotContain("SECRET");
    assertThat(Arrays.asList(first.get(2).asText().split(",")))
        .isSubsetOf(
            "HOME",
            "LANG",
            "PATH",
            "USER",
            "TZ",
            "JAVA_HOME",
            "LC_ALL",
            "LC_CTYPE",
            "LANGUAGE",
            "MALLOC_ARENA_MAX",
            "PWD",
            "TIERFLOW_SLOT",
            "TMPDIR");
    assertThat(first.get(3).asText()).isEqualTo("key/3/{\"a\":1}");
    assertThat(progress.get()).isEqualTo("0.25 looking");
    assertThat(Path.of(first.get(1).asText(), "left.txt")).doesNotExist();
    assertThat(output("place", "1").get(0)).isEqualTo(first.get(0));
    assertThat(peak.get()).isBetween(16 * MIB, 128 * MIB);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whateverEndsAProcessIsToldApart(boolean groups) throws Exception {
    start(groups, settings());
    assertThat(failure("exit", "7"))
        .isEqualTo(
            Failure.of(
                FailureKind.HANDLER_ERROR,
                "the handler ended its process with exit code 7",
                "the last words"));
    assertThat(failure("halt", "3").message())
        .isEqualTo("the handler ended its process with exit code 3");
    Failure crash = failure("signal", "\"SEGV\"");
    assertThat(crash.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(crash.message()).contains("crashed (exit code 134): SIGSEGV");
    assertThat(failure("signal", "\"KILL\"").message())
        .isEqualTo("the handler's process was killed by signal 9");
    assertThat(failure("none", "1").kind()).isEqualTo(FailureKind.UNKNOWN_HANDLER);
    assertThat(output("place", "1")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void memoryThatRunsOutIsToldAsSuch(boolean groups) throws Exception {
    start(groups, settings());
    Failure heap = failure("heap", "300");
    assertThat(heap.kind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
    assertThat(heap.message())
        .isEqualTo(
            "java.lang.OutOfMemoryError: Java heap space, in a slot of 128 MiB with a heap of 80"
                + " MiB");
    if (groups || peak.get() > 0) { // without a group a short task may pass unseen
      assertThat(peak.get()).isBetween(80 * MIB, 192 * MIB); // files that processes share count too
    }
    assertThat(output("heap", "20").asInt()).isEqualTo(20);
    if (groups) {
      Failure program = failure("program", "300");
      assertThat(program.kind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
      assertThat(program.message()).contains("the slot's memory of 128 MiB was used up");
    }
    assertThat(output("program", "10").asText()).isEqualTo("done");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatATaskLeavesRunningIsKilledWithItsOrphans(boolean groups) throws Exception {
    start(groups, settings());
    JsonNode pids = output("forks", "\"leave\"");
    assertThat(pids).hasSize(2);
    pids.forEach(pid -> gone(pid.asLong()));

    interruptOnce("forks", "\"wait\"", "0.5 ");
    for (String pid : progress.get().substring("0.5 ".length()).split(" ", -1)) {
      gone(Long.parseLong(pid));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatADeafTaskHasStartedWithoutAnEnvironmentIsKilledWithIt(boolean groups) throws Exception {
    start(groups, settings());

    interruptOnce("clears", "1", "0.5 ");

    for (String pid : progress.get().substring("0.5 ".length()).split(" ", -1)) {
      gone(Long.parseLong(pid));
    }
  }

  @Test
  void aFailureThatCannotDescribeItselfEndsItsCallAllTheSame() throws Exception {
    start(true, settings());

    assertThat(failure("riddle", "1").message())
        .isEqualTo(
            RoughHandlers.class.getName()
                + "$Riddle$Unspeakable, which fails to describe itself:"
                + " class java.lang.IllegalStateException");
  }

  @Test
  void progressOfAThreadThatAnEarlierTaskLeftIsNotTakenForTheNextOnes() throws Exception {
    start(true, settings());
    String child = output("gossip", "1").asText();
    await().atMost(LIMIT).until(() -> progress.get().startsWith("0.9"));
    progress.set("");

    assertThat(output("gossip", "0").asText()).isEqualTo(child);

    assertThat(progress.get()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCancelledTaskEndsAndADeafOneIsKilled(boolean groups) throws Exception {
    start(groups, settings());
    String child = output("place", "1").get(0).asText();
    interruptOnce("waits", "1", "0.5 waiting");
    assertThat(output("place", "1").get(0).asText()).isEqualTo(child);

    interruptOnce("deaf", "1", "0.5 deaf");
    assertThat(output("place", "1").get(0).asText()).isNotEqualTo(child);
    gone(Long.parseLong(child));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFullFolderAGreatPrinterAndLeftThreadsHaveBounds(boolean groups) throws Exception {
    start(groups, settings().withFolderBytes(10 * MIB));
    assertThat(failure("fills", "30"))
        .isEqualTo(
            Failure.of(
                FailureKind.HANDLER_ERROR,
                "its working folder holds more than 10 MiB, the most that is allowed"));

    assertThat(output("prints", "200").asText()).isEqualTo("printed");

    String first = output("threads", "50").asText();
    assertThat(output("threads", "1").asText()).isNotEqualTo(first);
    gone(Long.parseLong(first));
    Failure flood = failure("threads", "5000");
    assertThat(flood.kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(flood.message()).contains("unable to create native thread");
  }

  @Test
  void aProcessIsUsedForSoManyTasksAndNoMore() throws Exception {
    start(true, settings().withTasksPerProcess(2));
    List<String> pids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pids.add(output("place", "1").get(0).asText());
    }
    assertThat(pids.get(0)).isEqualTo(pids.get(1)).isNotEqualTo(pids.get(2));
    assertThat(pids.get(2)).isEqualTo(pids.get(3));
  }

  @Test
  void aBrokenJarIsToldAtTheStart() throws Exception {
    Path jar = Files.writeString(folder.resolve("broken.jar"), "cut off");
    IsolationSettings settings = settings().withHandlersFolder(Optional.of(folder));

    assertThatThrownBy(() -> start(true, settings))
        .isInstanceOf(NotRunException.class)
        .hasMessageStartingWith("handlers jar " + jar + " is broken: ");
  }

  /** Calls on a thread of its own and interrupts it once the handler is at work. */
  private void interruptOnce(String handler, String input, String atWork) {
    CompletableFuture<Object> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                ended.complete(call(handler, input));
              } catch (Exception e) {
                ended.complete(e);
              }
            });
    thread.start();
    await().atMost(LIMIT).until(() -> progress.get().startsWith(atWork));
    thread.interrupt();
    assertThat(ended.orTimeout(30, TimeUnit.SECONDS).join())
        .isInstanceOf(InterruptedException.class);
  }

  private static void gone(long pid) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()
                    || Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z "));
  }

  private IsolationSettings settings() throws Exception {
    return IsolationSettings.ofMemory(128 * MIB)
        .withHandlersFolder(Optional.of(RoughHandlers.folder(folder)))
        .withCancelGrace(Duration.ofMillis(500));
  }

  private void start(boolean groups, IsolationSettings settings) throws Exception {
    calls =
        groups
            ? ProcessCalls.start(settings, 1, 1 << 20)
            : ProcessCalls.start(settings, 1, 1 << 20, ControlGroups.none("switched off"));
    System.out.println(calls.limitedBy());
  }

  private HandlerCalls.Result call(String handler, String input) throws Exception {
    return calls.call(
        new HandlerCalls.Call(
            handler,
            input.getBytes(StandardCharsets.UTF_8),
            new Context(progress),
            1 << 20,
            witness));
  }

  private JsonNode output(String handler, String input) throws Exception {
    HandlerCalls.Result result = call(handler, input);
    assertThat(result).isInstanceOf(HandlerCalls.Returned.class);
    return new JsonMapper().readTree(((HandlerCalls.Returned) result).output());
  }

  private Failure failure(String handler, String input) throws Exception {
    HandlerCalls.Result result = call(handler, input);
    assertThat(result).isInstanceOf(HandlerCalls.Failed.class);
    return ((HandlerCalls.Failed) result).failure();
  }
}
