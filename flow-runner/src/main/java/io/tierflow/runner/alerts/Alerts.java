package io.tierflow.runner.alerts;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.topics.TopicNames;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what rises and clears to the log and to webhooks. Each target has a thread and a consumer
 * group of its own, so that one that is away holds up no other, and of several runners one alerts.
 * Nothing that goes wrong here reaches the engine. Thread-safe.
 */
public final class Alerts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
  private static final long CLOSE_MILLIS = 3_000;
  private static final long PAUSE_MILLIS = 1000;
  private static final int FETCH_BYTES = 512 << 10;
  private static final int FETCH_WAIT_MILLIS = 500;

  private final Map<String, Object> kafka;
  private final WireCodec codec;
  private final TopicNames topics;
  private final InstantSource clock;
  private final Instant began;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  private Alerts(
      Map<String, Object> kafka, WireCodec codec, TopicNames topics, InstantSource clock) {
    this.kafka = kafka;
    this.codec = codec;
    this.topics = topics;
    this.clock = clock;
    this.began = clock.instant();
  }

  /**
   * Begins to follow the event log: each target from where its group is, a new one from now on.
   *
   * @param kafka the settings of every client
   * @param webhooks where alerts are posted to, beside the log
   * @param sight the clock, and where {@code tierflow.alerts.sent} and {@code .failed} are counted
   */
  public static Alerts start(
      Map<String, Object> kafka,
      WireCodec codec,
      TopicNames topics,
      List<URI> webhooks,
      Sight sight) {
    Alerts alerts = new Alerts(kafka, codec, topics, sight.clock());
    alerts.follow(new LogTarget(), sight.meters());
    new LinkedHashSet<>(webhooks)
        .forEach(url -> alerts.follow(new WebhookTarget(url), sight.meters()));
    return alerts;
  }

  /** The time that tries are planned by, and where is counted. */
  public record Sight(InstantSource clock, MeterRegistry meters) {}

  private void follow(AlertTarget target, MeterRegistry registry) {
    AlertFollower.Meters meters =
        new AlertFollower.Meters(
            counter(registry, "tierflow.alerts.sent", "Alerts that their target took", target),
            counter(registry, "tierflow.alerts.failed", "Tries that their target refused", target));
    Thread thread = new Thread(() -> follow(target, meters), "alerts-" + target.name());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  // Whatever ends the reading, it begins again from the last commit a second later.
  private void follow(AlertTarget target, AlertFollower.Meters meters) {
    while (!closed) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              settings(target), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.subscribe(List.of(topics.events()), new AlertStart(consumer, began));
        AlertFollower follower = new AlertFollower(consumer, codec, target, meters, clock);
        try {
          while (!closed) {
            follower.step();
          }
        } finally {
          // The consumer leaves its group when it closes, which an interrupted thread cannot wait
          // for; closed says that this thread is to end.
          boolean unused = Thread.interrupted();
        }
      } catch (InterruptedException | InterruptException e) {
        LOG.debug("alerts for {} end", target.name());
      } catch (RuntimeException e) {
        LOG.error("alerts for {} cannot be followed: they are tried again", target.name(), e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      LOG.debug("woken to end");
    }
  }

  private Map<String, Object> settings(AlertTarget target) {
    Map<String, Object> settings = new HashMap<>(kafka);
    // Every event of every run goes by here, and hardly any is an alert: read some together, else
    // each costs the broker a fetch and a commit. An alert is half a second later at most.
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_BYTES);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
    boolean log = target instanceof LogTarget;
    settings.put(
        ConsumerConfig.GROUP_ID_CONFIG,
        topics.prefix() + "alerts" + (log ? "" : "." + target.name()));
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Only where the log no longer has the group's place; without a place, see AlertStart.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
    // Another runner takes over from one that was killed.
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    return settings;
  }

  private static Counter counter(
      MeterRegistry registry, String name, String description, AlertTarget target) {
    return Counter.builder(name)
        .description(description)
        .tag("target", target.name())
        .register(registry);
  }

  /**
   * Stops following, and waits for a few seconds at most until all have left their groups; what was
   * not handed over is at the next start.
   */
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join(CLOSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
