package io.tierflow.benchmarks;

import io.tierflow.schemas.Command;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.schemas.StageTask;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The least that can drive a chain through the same topics: one consumer thread, one producer, and
 * the runs' progress in a map. It survives nothing and tells nothing but the runs' ends.
 */
final class BareCoordinator implements Coordinator {

  private final Lab lab;
  private final TopicNames names;
  private final Chain chain;
  private final WireCodec codec = new SingleObjectCodec();
  private final Producer<byte[], byte[]> producer;
  private final Map<String, Integer> progress = new HashMap<>(); // loop thread only
  private PollLoop loop; // set before anything is sent

  private BareCoordinator(Lab lab, TopicNames names, Chain chain) {
    this.lab = lab;
    this.names = names;
    this.chain = chain;
    this.producer = KafkaParts.producer(lab.bootstrap());
  }

  static BareCoordinator start(Lab lab, TopicNames names, Chain chain) throws InterruptedException {
    KafkaParts.create(
        lab.bootstrap(),
        List.of(
            TopicSettings.commands(names),
            TopicSettings.tasks(names, Chain.RESOURCE_CLASS),
            TopicSettings.results(names),
            TopicSettings.events(names)));
    BareCoordinator coordinator = new BareCoordinator(lab, names, chain);
    coordinator.loop =
        PollLoop.start(
            "bare-coordinator",
            KafkaParts.consumer(lab.bootstrap(), names.prefix() + "bare"),
            List.of(names.commands(), names.results()),
            coordinator::read);
    return coordinator;
  }

  @Override
  public void close() {
    try (producer) {
      loop.close();
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> entry) throws UndecodableException {
    if (entry.topic().equals(names.commands())) {
      Command command = codec.decode(entry.topic(), entry.value(), Command.class);
      if (command.getBody() instanceof SubmitRun submit) {
        progress.put(command.getKey(), 0);
        dispatch(command.getKey(), 0, submit.getInput());
      }
    } else {
      StageResult result = codec.decode(entry.topic(), entry.value(), StageResult.class);
      Integer at = progress.get(result.getRunId());
      if (result.getBody() instanceof StageSucceeded succeeded
          && at != null
          && chain.stages().get(at).equals(result.getStage())) {
        advance(result.getRunId(), at + 1, succeeded.getOutput());
      }
    }
  }

  private void advance(String run, int next, Payload output) {
    if (next < chain.length()) {
      progress.put(run, next);
      dispatch(run, next, output);
    } else {
      progress.remove(run);
      send(
          names.events(),
          run,
          RunEvents.newBuilder()
              .setRunId(run)
              .setFlow(Chain.FLOW)
              .setFlowVersion(Chain.VERSION)
              .setAt(now())
              .setEvents(
                  List.of(
                      RunEvent.newBuilder()
                          .setEventId(RunClient.RUN_ENDED)
                          .setType(RunClient.RUN_ENDED)
                          .setDetail(Map.of(RunClient.STATE, RunClient.SUCCEEDED))
                          .build()))
              .build());
    }
  }

  private void dispatch(String run, int at, Payload input) {
    String stage = chain.stages().get(at);
    send(
        names.tasks(Chain.RESOURCE_CLASS),
        run,
        StageTask.newBuilder()
            .setTaskId(run + "/" + Chain.PIPELINE + "/" + stage)
            .setAttempt(1)
            .setRunId(run)
            .setFlow(Chain.FLOW)
            .setFlowVersion(Chain.VERSION)
            .setPipeline(Chain.PIPELINE)
            .setStage(stage)
            .setResourceClass(Chain.RESOURCE_CLASS)
            .setHandler(Chain.HANDLER)
            .setInput(input)
            .setDispatchedAt(now())
            .build());
  }

  private void send(String topic, String run, SpecificRecord value) {
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, run.getBytes(StandardCharsets.UTF_8), codec.encode(topic, value)),
            (sent, failure) -> {
              if (failure != null) {
                loop.fail(failure);
              }
            });
  }

  private Instant now() {
    return lab.clocks().wall().instant();
  }
}
