package io.tierflow.benchmarks;

import io.tierflow.schemas.Command;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Submits runs of a chain through the commands topic and sees their ends on the events topic. */
final class RunClient implements AutoCloseable {

  static final String RUN_ENDED = "RUN_ENDED";
  static final String RETRY_SCHEDULED = "RETRY_SCHEDULED";
  static final String STATE = "state";
  static final String SUCCEEDED = "SUCCEEDED";

  /** Told once of each run that succeeded, on the client's own thread. */
  interface Endings {
    void ended(String run, long nanos);
  }

  private final Clocks clocks;
  private final TopicNames names;
  private final String definition;
  private final WireCodec codec = new SingleObjectCodec();
  private final Producer<byte[], byte[]> producer;
  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private PollLoop loop; // set before anything is sent
  private volatile Endings endings = (run, nanos) -> {};

  private RunClient(Lab lab, TopicNames names, Chain chain) {
    this.clocks = lab.clocks();
    this.names = names;
    this.definition = chain.definition();
    this.producer = KafkaParts.producer(lab.bootstrap());
  }

  /** Connects to topics that are there already. */
  static RunClient start(Lab lab, TopicNames names, Chain chain) throws InterruptedException {
    RunClient client = new RunClient(lab, names, chain);
    client.loop =
        PollLoop.start(
            "run-client",
            KafkaParts.consumer(lab.bootstrap(), names.prefix() + "client"),
            List.of(names.events()),
            client::read);
    return client;
  }

  /** Tells ends to this listener from now on. */
  void listen(Endings listener) {
    endings = listener;
  }

  /**
   * Submits a run without waiting.
   *
   * @throws IllegalStateException if an earlier run failed or the events can no longer be read
   */
  void submit(String run) {
    loop.check();
    open.add(run);
    send(run, Chain.FLOW, definition);
  }

  /**
   * Submits a run whose stage fails and waits for its retry, without waiting for that.
   *
   * @throws IllegalStateException as {@link #submit}
   */
  void submitFailing(String run) {
    loop.check();
    failing.add(run);
    send(run, WaitingRuns.FLOW, WaitingRuns.definition());
  }

  /** How many of the failing runs don't wait for their retry yet. */
  int failing() {
    loop.check();
    return failing.size();
  }

  private void send(String run, String flow, String text) {
    SubmitRun body =
        new SubmitRun(flow, Chain.VERSION, text, Chain.input(), Map.of(), null, Map.of(), null);
    Command command = new Command(run, "SUBMIT", clocks.wall().instant(), body);
    var unused =
        producer.send(
            new ProducerRecord<>(
                names.commands(),
                run.getBytes(StandardCharsets.UTF_8),
                codec.encode(names.commands(), command)),
            (sent, failure) -> {
              if (failure != null) {
                loop.fail(failure);
              }
            });
  }

  private void read(ConsumerRecord<byte[], byte[]> entry) throws UndecodableException {
    RunEvents changes = codec.decode(entry.topic(), entry.value(), RunEvents.class);
    for (RunEvent event : changes.getEvents()) {
      if (event.getType().equals(RETRY_SCHEDULED)) {
        failing.remove(changes.getRunId());
      }
      // Events come at least once; only a run's first end counts.
      if (event.getType().equals(RUN_ENDED) && open.remove(changes.getRunId())) {
        if (!SUCCEEDED.equals(event.getDetail().get(STATE))) {
          throw new IllegalStateException(
              "run "
                  + changes.getRunId()
                  + " ended "
                  + event.getDetail()
                  + ": "
                  + event.getFailure());
        }
        endings.ended(changes.getRunId(), clocks.nano());
      }
    }
  }

  /** Disconnects; tells a failure as {@link #submit} does. */
  @Override
  public void close() {
    try (producer) {
      loop.close();
    }
  }
}
