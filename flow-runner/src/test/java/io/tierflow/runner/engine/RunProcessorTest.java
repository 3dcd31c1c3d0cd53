package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.schemas.CancelRun;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.LearnedClass;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.StopReason;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

/** What one partition makes of records, and of stores and topics that fail. */
class RunProcessorTest {

  private static final String TWO_STAGES =
      definition(
          """
          flow: f
          class: small
          pipelines:
            p:
              stages:
                - {stage: a, handler: echo}
                - {stage: b, handler: echo}
          """);

  private static final String FOR_EACH =
      definition(
          """
          flow: f
          class: small
          pipelines:
            p:
              stages:
                - {stage: a, handler: echo, for-each: true}
          """);

  private static final String OTHER_STAGES =
      definition(
          """
          flow: f
          class: small
          pipelines:
            p:
              stages:
                - {stage: a, handler: sleep}
            q:
              stages:
                - {stage: c, handler: sleep}
          """);

  private static final String DECLARED =
      definition(
          """
          flow: f
          class: small
          pipelines:
            p:
              stages:
                - {stage: a, handler: echo, memory: 2g, on-out-of-memory: large}
          """);

  private final FakePartition partition = new FakePartition();

  private List<StopOrder> stopOrders() {
    return partition.sent(partition.topics.control(), StopOrder.class);
  }

  @Test
  void tellsTheWorkersOfACancelledRunAlsoWhenTheCommandIsRepeated() {
    partition.submit("r", 1, TWO_STAGES);
    partition.command("r", new CancelRun("enough"));
    partition.command("r", new CancelRun("enough"));

    assertThat(stopOrders())
        .containsExactly(
            new StopOrder("r", null, null, null, null, StopReason.RUN_ENDED, FakePartition.NOW),
            new StopOrder("r", null, null, null, null, StopReason.RUN_ENDED, FakePartition.NOW));
    assertThat(partition.meters.get("tierflow.stop.orders").tag("reason", "RUN_ENDED").counter())
        .satisfies(counter -> assertThat(counter.count()).isEqualTo(2));
  }

  @Test
  void hasTheNextAttemptOfATaskThatLostItsWorkerHandedOverBeforeItBegins() {
    partition.submit("r", 1, TWO_STAGES);
    assertThat(partition.tasks().get(0).getHandOverAfterMs()).isNull();

    partition.fail(
        partition.tasks().get(0),
        new Failure(FailureKind.WORKER_LOST, "lost", null, false, null, false, false));

    assertThat(partition.tasks().get(1).getAttempt()).isEqualTo(2);
    assertThat(partition.tasks().get(1).getHandOverAfterMs()).isZero();
  }

  @Test
  void sendsATaskThatItsWorkerCanNeverHoldToTheLargerClassAtOnceAndLearnsNothing() {
    partition.submit("r", 1, DECLARED);
    assertThat(partition.tasks().get(0).getMemoryBytes()).isEqualTo(2L << 30);

    partition.fail(
        partition.tasks().get(0),
        new Failure(FailureKind.DEFERRED, "2g", null, false, 250L, true, false));

    assertThat(partition.sent(partition.topics.tasks("large"), StageTask.class))
        .singleElement()
        .satisfies(task -> assertThat(task.getMemoryBytes()).isEqualTo(2L << 30));
    assertThat(partition.sent(partition.topics.learned(), LearnedClass.class)).isEmpty();
  }

  @Test
  void learnsOfMemoryThatRanOutOnlyWhereItWasTheSlotsOwn() {
    partition.submit("r", 1, DECLARED);
    partition.submit("s", 1, DECLARED);

    partition.fail(
        partition.tasks().get(0),
        new Failure(FailureKind.OUT_OF_MEMORY, "machine", null, false, null, false, true));

    assertThat(partition.sent(partition.topics.tasks("large"), StageTask.class)).hasSize(1);
    assertThat(partition.sent(partition.topics.learned(), LearnedClass.class)).isEmpty();

    partition.fail(
        partition.tasks().get(1),
        new Failure(FailureKind.OUT_OF_MEMORY, "slot", null, false, null, false, false));

    assertThat(partition.sent(partition.topics.tasks("large"), StageTask.class)).hasSize(2);
    assertThat(partition.sent(partition.topics.learned(), LearnedClass.class))
        .extracting(LearnedClass::getResourceClass)
        .containsExactly("large");
  }

  @Test
  void sendsATaskThatAnotherWorkerOfItsClassCanHoldToTheClassAgainUntilNoneCan() {
    Failure tooLarge = new Failure(FailureKind.DEFERRED, "2g", null, false, 250L, true, false);
    partition.submit("r", 1, DECLARED);
    partition.pools(PoolWatch.Sight.PRESENT);

    partition.fail(partition.tasks().get(0), tooLarge);
    partition.tick(FakePartition.NOW.plusSeconds(1));
    partition.takePosted();

    assertThat(partition.sent(partition.topics.tasks("large"), StageTask.class)).isEmpty();
    assertThat(partition.tasks()).extracting(StageTask::getAttempt).containsExactly(1, 2);

    partition.pools(PoolWatch.Sight.tooLarge(new PoolWatch.Need("small", "echo"), List.of("w")));
    partition.fail(partition.tasks().get(1), tooLarge);

    assertThat(partition.sent(partition.topics.tasks("large"), StageTask.class))
        .extracting(StageTask::getAttempt)
        .containsExactly(3);
  }

  @Test
  void tellsTheWorkersNothingOfARunThatEndsByItself() {
    partition.submit("r", 1, TWO_STAGES);
    partition.succeed(partition.tasks().get(0), "1");
    partition.succeed(partition.tasks().get(1), "2");
    partition.submit("s", 1, TWO_STAGES);
    partition.fail(partition.tasks().get(2));

    assertThat(stopOrders()).isEmpty();
  }

  @Test
  void leavesToKafkaStreamsWhatItReportsOfAnEarlierSend() {
    partition.submit("r", 1, TWO_STAGES);
    StreamsException earlier = new StreamsException("an earlier record was refused");
    partition.beforeSend(
        outgoing -> {
          if (outgoing.topic().equals(partition.topics.events())) {
            throw earlier;
          }
        });

    assertThatThrownBy(() -> partition.succeed(partition.tasks().get(0), "1")).isSameAs(earlier);
    assertThat(partition.deadLetters()).isEmpty();

    partition.beforeSend(outgoing -> {});
    partition.succeed(partition.tasks().get(0), "1");
    assertThat(partition.tasks("r")).isEqualTo("p/a#1 p/b#1 p/b#1");
  }

  @Test
  void leavesToKafkaStreamsThatAStoreCannotBeWritten() {
    partition.submit("r", 1, TWO_STAGES);
    ProcessorStateException full = new ProcessorStateException("no space left on device");
    partition
        .store(Stores.ENTRIES)
        .beforePut(
            key -> {
              throw full;
            });

    assertThatThrownBy(() -> partition.succeed(partition.tasks().get(0), "1")).isSameAs(full);
    assertThat(partition.deadLetters()).isEmpty();
  }

  @Test
  void stopsWhileTheRegistryDoesNotSayWhatARecordWasWrittenIn() {
    boolean[] outage = {false};
    FakePartition waiting =
        new FakePartition(
            new WireCodec() {
              private final WireCodec plain = new SingleObjectCodec();

              @Override
              public byte[] encode(String topic, SpecificRecord value) {
                return plain.encode(topic, value);
              }

              @Override
              public void prepare(String topic, Class<? extends SpecificRecord> type) {
                plain.prepare(topic, type);
              }

              @Override
              public <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type)
                  throws UndecodableException {
                if (outage[0]) {
                  throw new RegistryException.Unavailable("http://registry: no answer", null);
                }
                return plain.decode(topic, bytes, type);
              }
            },
            FakePartition.NO_PAYLOADS);
    waiting.submit("r", 1, TWO_STAGES);
    outage[0] = true;
    assertThatThrownBy(() -> waiting.succeed(waiting.tasks().get(0), "1"))
        .isInstanceOf(RegistryException.Unavailable.class);
    assertThat(waiting.deadLetters()).isEmpty();

    outage[0] = false;
    waiting.succeed(waiting.tasks().get(0), "1");
    assertThat(waiting.tasks("r")).isEqualTo("p/a#1 p/b#1");
  }

  @Test
  void decidesRepliesOfARunHoweverLittleOfItSurvivedACrash() {
    partition.submit("r", 1, TWO_STAGES);
    List<KeyValue<Bytes, byte[]>> written = partition.store(Stores.ENTRIES).changelog();
    for (int survived = 0; survived <= written.size(); survived++) {
      FakePartition recovered = new FakePartition();
      recovered.store(Stores.ENTRIES).restore(written.subList(0, survived));

      recovered.succeed(partition.tasks().get(0), "1");
      recovered.submit("r", 1, TWO_STAGES);
      recovered.succeed(partition.tasks().get(0), "1");

      assertThat(recovered.deadLetters()).as("after %s writes", survived).isEmpty();
      assertThat(recovered.tasks("r")).as("after %s writes", survived).endsWith("p/b#1");
    }
  }

  @Test
  void keepsARunToItsVersionWhenItsSubmissionComesAgainWithAnother() {
    partition.submit("r", 1, TWO_STAGES);
    FakePartition recovered = recovered();
    recovered.submit("r", 2, OTHER_STAGES);

    assertThat(recovered.tasks("r")).isEqualTo("p/a#1");
    assertThat(recovered.tasks())
        .extracting(StageTask::getFlowVersion, StageTask::getHandler)
        .containsOnly(tuple(1, "echo"));

    recovered.submit("other", 2, OTHER_STAGES);
    assertThat(recovered.tasks("other")).isEqualTo("p/a#1 q/c#1");
  }

  @Test
  void submissionsOfOneRunAtTheSameTimeSendItsTasksOnce() {
    partition.submit("r", 1, TWO_STAGES);
    partition.submit("r", 1, TWO_STAGES);
    assertThat(partition.tasks("r")).isEqualTo("p/a#1");

    FakePartition recovered = recovered();
    recovered.submit("r", 1, TWO_STAGES);
    assertThat(recovered.tasks("r")).as("its task may be lost").isEqualTo("p/a#1");
    recovered.submit("r", 1, TWO_STAGES);
    assertThat(recovered.tasks("r")).isEqualTo("p/a#1");
    recovered.succeed(partition.tasks().get(0), "1");
    assertThat(recovered.tasks("r")).isEqualTo("p/a#1 p/b#1");
  }

  /** Another owner of what the partition has written. */
  private FakePartition recovered() {
    FakePartition other = new FakePartition();
    for (String store : List.of(Stores.ENTRIES, Stores.FLOWS)) {
      other.store(store).restore(partition.store(store).changelog());
    }
    return other;
  }

  @Test
  void countsWhatIsSaidToARunThatIsNotKnown() {
    partition.submit("r", 1, TWO_STAGES);
    FakePartition other = new FakePartition();
    other.succeed(partition.tasks().get(0), "1");
    other.command("r", new CancelRun("a slip"));
    assertThat(other.meters.get("tierflow.inputs").tag("outcome", "UNKNOWN_RUN").counter().count())
        .isEqualTo(2);
  }

  @Test
  void looksAtNoElementOfARunThatHasEnded() {
    partition.submit("r", 1, FOR_EACH, "[1,2,3]");
    List<StageTask> elements = partition.tasks();
    partition.fail(elements.get(0));
    assertThat(partition.sent(partition.topics.events(), RunEvents.class).toString())
        .contains("RUN_ENDED");

    int before = partition.store(Stores.ENTRIES).scans();
    partition.succeed(elements.get(1), "2");
    partition.succeed(elements.get(2), "3");
    assertThat(partition.store(Stores.ENTRIES).scans()).isEqualTo(before);
  }

  @Test
  void setsAsideWhatCannotBeDecidedAndGoesOn() {
    partition.submit("broken", 1, "no flow");
    assertThat(partition.deadLetters())
        .extracting(letter -> letter.getRecord().getTopic())
        .containsExactly(partition.topics.commands());

    partition.submit("r", 2, TWO_STAGES);
    assertThat(partition.tasks("r")).isEqualTo("p/a#1");
  }

  static String definition(String yaml) {
    return FlowWriter.toJson(FlowReader.read("f.yaml", yaml, Catalog.UNCHECKED)).toString();
  }
}
