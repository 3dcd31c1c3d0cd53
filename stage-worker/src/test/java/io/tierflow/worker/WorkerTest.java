package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.testkafka.KafkaTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a worker makes of one task, on a real broker. */
@KafkaTest
class WorkerTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Pool pool;

  @BeforeEach
  void openPool() throws Exception {
    pool = new Pool();
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  @Test
  void tasksThatWereSentBeforeTheFirstWorkerGiveTheirOutput() throws Exception {
    Worker worker = pool.start(pool.config());
    pool.send(Pool.task("a", "same"));
    await().atMost(LIMIT).until(() -> pool.succeeded().equals(List.of("a")));
    StageResult result = // a slow machine tells of its start before
        pool.results().stream()
            .filter(each -> each.getBody() instanceof StageSucceeded)
            .findFirst()
            .orElseThrow();
    assertThat(result.getWorker()).isEqualTo(worker.id());
    assertThat(result.getRunId()).isEqualTo("run-a");
    ByteBuffer output = ((StageSucceeded) result.getBody()).getOutput().getBytes();
    assertThat(StandardCharsets.UTF_8.decode(output).toString()).isEqualTo("\"input of a\"");
  }

  @Test
  void everyKindOfFailureIsReported() throws Exception {
    pool.start(pool.config().maxOutputBytes(1000));
    pool.send(Pool.task("refused", "refuse"));
    pool.send(Pool.task("thrown", "throw"));
    pool.send(Pool.task("memory", "oom"));
    pool.send(Pool.task("unknown", "no-such"));
    pool.send(Pool.task("big", "big").setConfig("{\"size\": 2000}"));
    pool.send(Pool.task("late", "wait").setConfig("{\"millis\": 60000}").setRunTimeoutMs(300L));
    await().atMost(LIMIT).until(() -> pool.errors().size() == 6);
    // On a slow machine any of them may have run so long that its start was told, too.
    assertThat(failure("refused").getKind()).isEqualTo(FailureKind.INVALID_INPUT);
    assertThat(failure("thrown").getKind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(failure("memory").getKind()).isEqualTo(FailureKind.OUT_OF_MEMORY);
    assertThat(failure("unknown").getKind()).isEqualTo(FailureKind.DEFERRED);
    assertThat(failure("unknown").getRetryAfterMs()).isBetween(250L, 400L);
    assertThat(failure("big").getKind()).isEqualTo(FailureKind.HANDLER_ERROR);
    // Results and errors are two topics: one may be read before the other.
    await().atMost(LIMIT).until(() -> pool.history("late").equals("STARTED TIMED_OUT"));
    assertThat(failure("thrown").getDetail().length()).isBetween(1, Failures.MAX_DETAIL_BYTES);
    assertThat(failure("big").getMessage()).contains("2002 bytes").contains("at most 1000");
  }

  // By its task: errors of several partitions come in no order.
  private Failure failure(String task) {
    return pool.errors().stream()
        .filter(each -> each.getTaskId().equals(task))
        .findFirst()
        .orElseThrow()
        .getFailure();
  }

  @Test
  void aRecordThatIsNoTaskGoesToTheDeadLettersAsItWas() throws Exception {
    pool.start(pool.config());
    byte[] key = "run-x".getBytes(StandardCharsets.UTF_8);
    byte[] value = "no Avro".getBytes(StandardCharsets.UTF_8);
    pool.sendRaw(key, value);
    pool.send(Pool.task("next", "same"));
    await().atMost(LIMIT).until(() -> pool.succeeded().equals(List.of("next")));
    await().atMost(LIMIT).until(() -> !pool.deadLetters().isEmpty());
    var letter = pool.deadLetters().get(0);
    assertThat(letter.getReason().getKind()).isEqualTo(FailureKind.UNDECODABLE);
    assertThat(letter.getRecord().getValue()).isEqualTo(ByteBuffer.wrap(value));
    assertThat(letter.getRecord().getKey()).isEqualTo(ByteBuffer.wrap(key));
    assertThat(letter.getRecord().getTopic()).isEqualTo(pool.names().tasks("small"));
  }
}
