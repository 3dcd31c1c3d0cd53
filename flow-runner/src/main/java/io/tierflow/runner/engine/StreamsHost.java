package io.tierflow.runner.engine;

import io.tierflow.runner.RunService.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Kafka Streams running: starts it, and starts it anew when a thread of it died.
 *
 * <p>After an unclean stop the local stores are wiped and filled again from their changelogs. They
 * may hold writes that the changelog lost, and where it has an older value of one key and none of
 * another, a mixture that never was; the changelog alone is always what was committed, and that is
 * what decisions can be repeated on.
 */
final class StreamsHost implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamsHost.class);
  private static final String CLEAN = "stopped-cleanly";

  /**
   * Less than whoever stops a process waits. One cut short is an unclean stop: it loses nothing.
   */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Supplier<Topology> topology;
  private final Properties config;
  private final StreamsClients clients;
  private final Path dataDir;
  private final Path stateDir;
  private final Path cleanMarker;
  private final ExecutorService restarts =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "streams-restart");
            thread.setDaemon(true);
            return thread;
          });

  private volatile KafkaStreams streams; // null before the first start
  private volatile boolean closed;

  StreamsHost(
      Supplier<Topology> topology, Properties config, StreamsClients clients, Path dataDir) {
    this.topology = topology;
    this.config = config;
    this.clients = clients;
    this.dataDir = dataDir;
    this.stateDir = Path.of(config.getProperty(StreamsConfig.STATE_DIR_CONFIG));
    this.cleanMarker = dataDir.resolve(CLEAN);
  }

  /**
   * Starts it.
   *
   * @throws IllegalArgumentException if another runner has the data folder
   */
  void start() {
    boolean wipe = Files.exists(stateDir) && !takeCleanMarker();
    KafkaStreams next = make();
    next.setUncaughtExceptionHandler(
        failure -> {
          LOG.error("a stream thread died; the engine starts anew", failure);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    next.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR && !closed) {
            restarts.execute(() -> restart(next));
          }
        });
    if (wipe) {
      LOG.info("the last stop was not clean: state is filled again from Kafka");
      next.cleanUp();
    }
    streams = next;
    next.start();
  }

  private KafkaStreams make() {
    Topology made = topology.get();
    try {
      return new KafkaStreams(made, config, clients);
    } catch (StreamsException e) { // it has only taken its folder yet
      throw new IllegalArgumentException(
          "data folder "
              + dataDir
              + ": expected one that no other runner uses (--data DIR), found: "
              + e.getMessage(),
          e);
    }
  }

  /** The one that runs now; after a restart another. */
  KafkaStreams streams() {
    return streams;
  }

  Readiness readiness() {
    return readiness(streams.state());
  }

  static Readiness readiness(KafkaStreams.State state) {
    return switch (state) {
      case RUNNING -> Readiness.READY;
      case CREATED, REBALANCING -> Readiness.RESTORING;
      default -> Readiness.RESTARTING;
    };
  }

  @Override
  public void close() {
    closed = true;
    restarts.shutdownNow();
    KafkaStreams last = streams;
    if (last == null) {
      return;
    }
    boolean healthy = last.state().isRunningOrRebalancing();
    boolean stopped =
        last.close(
            CloseOptions.timeout(CLOSE_LIMIT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    if (healthy && stopped && clients.stateIsWhole()) {
      leaveCleanMarker();
    }
  }

  private void restart(KafkaStreams dead) {
    dead.close(CLOSE_LIMIT);
    while (!closed) {
      try {
        start();
        return;
      } catch (RuntimeException e) {
        LOG.error("the engine cannot start yet; trying again", e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private boolean takeCleanMarker() {
    try {
      return Files.deleteIfExists(cleanMarker);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot delete " + cleanMarker + ": is the data folder writable?", e);
    }
  }

  private void leaveCleanMarker() {
    try {
      Files.writeString(cleanMarker, "");
    } catch (IOException e) {
      // Without it the next start fills the stores again: slower, never wrong.
      LOG.warn("cannot write {}: the next start will be slower", cleanMarker, e);
    }
  }
}
