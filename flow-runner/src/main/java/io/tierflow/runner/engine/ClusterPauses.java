package io.tierflow.runner.engine;

import io.tierflow.client.PauseView;
import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import io.tierflow.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;

/**
 * What is paused, for all runners: each follows the pauses' topic, and any of them writes to it.
 * Thread-safe.
 */
final class ClusterPauses {

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Sender sender;
  private final String topic;
  private final InstantSource clock;
  private final KnownPauses known;

  /** Puts a record into Kafka. */
  @FunctionalInterface
  interface Sender {
    void send(String topic, byte[] key, SpecificRecord record);
  }

  ClusterPauses(WireCodec codec, String topic, Sender sender, InstantSource clock) {
    this.sender = sender;
    this.topic = topic;
    this.clock = clock;
    this.known = new KnownPauses(codec);
  }

  /** What is paused, as far as it is known here. */
  KnownPauses known() {
    return known;
  }

  /** See {@link io.tierflow.runner.RunService#pauseFlow}. */
  PauseView flow(String name, boolean paused, KnownFlows flows) {
    if (paused && flows.find(name).isEmpty()) {
      throw new NoSuchElementException("no such flow: " + name);
    }
    return new PauseView(name, null, send(Pausable.FLOW, name, paused));
  }

  /** See {@link io.tierflow.runner.RunService#pauseClass}. */
  PauseView resourceClass(String name, boolean paused, Set<String> expected) {
    if (paused && !expected.contains(name)) {
      throw new NoSuchElementException(
          "no such class: " + name + "; expected one of " + String.join(", ", expected));
    }
    return new PauseView(null, name, send(Pausable.CLASS, name, paused));
  }

  private Instant send(Pausable what, String name, boolean paused) {
    Instant since = paused ? since(what, name) : null;
    Pause pause = new Pause(what, name, since);
    // Always: another runner may have said the opposite, and it is not known here yet.
    sender.send(topic, (what + "/" + name).getBytes(StandardCharsets.UTF_8), pause);
    awaitKnown(pause);
    return since;
  }

  // What is paused already has been so since then.
  private Instant since(Pausable what, String name) {
    return known.since(what, name).orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  // It is in Kafka before anybody waits here, so waiting is a courtesy.
  private void awaitKnown(Pause pause) {
    long until = clock.millis() + LIMIT.toMillis();
    try {
      while (!known.isKnown(pause) && clock.millis() < until) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
