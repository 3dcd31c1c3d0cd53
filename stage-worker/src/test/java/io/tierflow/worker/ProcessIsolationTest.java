package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.worker.isolation.IsolationSettings;
import io.tierflow.worker.isolation.RoughHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose handlers run in processes, on a real broker. */
@Timeout(300)
class ProcessIsolationTest {

  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final long POOL = 512L << 20;
  private static final int SLOTS = 7;

  @TempDir private Path folder;

  private Pool pool;

  @BeforeEach
  void open() throws Exception {
    pool = new Pool();
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void sevenSlotsOfHalfAGigabyteSurviveWhateverTheirTasksDo() throws Exception {
    long slot = SlotMemory.of(OptionalLong.empty(), OptionalLong.of(POOL), SLOTS);
    pool.start(
        pool.config()
            .slots(SLOTS)
            .isolation(
                IsolationSettings.ofMemory(slot)
                    .withHandlersFolder(Optional.of(RoughHandlers.folder(folder)))
                    .withFolderBytes(8 << 20)));
    for (int i = 0; i < 6; i++) {
      pool.send(Pool.task("calm-" + i, "sleep").setConfig("{\"for\": \"3s\"}"));
    }
    pool.send(Pool.task("greedy", "heap").setInput(Pool.json("300")));
    pool.send(Pool.task("exit", "exit").setInput(Pool.json("5")));
    pool.send(Pool.task("deaf", "deaf").setRunTimeoutMs(1000L));
    pool.send(Pool.task("fills", "fills").setInput(Pool.json("20")));
    pool.send(Pool.task("prints", "prints").setInput(Pool.json("50")));
    pool.send(Pool.task("forks", "forks"));
    pool.flush();

    await().atMost(LIMIT).until(() -> pool.succeeded().size() == 8 && pool.errors().size() == 4);
    assertThat(pool.succeeded())
        .containsExactlyInAnyOrder(
            "calm-0", "calm-1", "calm-2", "calm-3", "calm-4", "calm-5", "prints", "forks");
    StageFailed greedy = failed("greedy");
    assertThat(greedy.getFailure().getKind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
    assertThat(greedy.getPeakMemoryBytes()).isBetween(25L << 20, slot + (64L << 20));
    assertThat(failed("exit").getFailure().getMessage())
        .isEqualTo("the handler ended its process with exit code 5");
    assertThat(failed("deaf").getFailure().getKind()).isEqualTo(FailureKind.TIMED_OUT);
    assertThat(failed("fills").getFailure().getMessage()).startsWith("its working folder holds");
    assertThat(pool.results().stream().filter(each -> each.getBody() instanceof StageSucceeded))
        .allSatisfy(each -> assertThat(peak(each)).isPositive());
    assertThat(pool.announcements())
        .allSatisfy(each -> assertThat(each.getIsolation()).isEqualTo("process"))
        .anySatisfy(each -> assertThat(each.getHandlers()).contains("heap", "echo"));
  }

  private StageFailed failed(String task) {
    return pool.errors().stream()
        .filter(each -> each.getTaskId().equals(task))
        .findFirst()
        .orElseThrow();
  }

  private static Long peak(StageResult result) {
    return ((StageSucceeded) result.getBody()).getPeakMemoryBytes();
  }
}
