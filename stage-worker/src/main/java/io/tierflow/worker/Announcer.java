package io.tierflow.worker;

import io.tierflow.schemas.WorkerStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells on the workers' topic that this worker lives and how it does. Thread-safe. */
final class Announcer {

  private static final Logger log = LoggerFactory.getLogger(Announcer.class);

  private final WorkerIdentity identity;
  private final WorkerConfig config;
  private final WorkerParts parts;
  private final RecordSender sender;
  private final Instant startedAt;
  private final AtomicLong memoryPeak = new AtomicLong();

  Announcer(WorkerIdentity identity, WorkerParts parts, RecordSender sender) {
    this.identity = identity;
    this.config = parts.config();
    this.parts = parts;
    this.sender = sender;
    this.startedAt = parts.clock().now();
  }

  CompletableFuture<Void> announce() {
    return sender
        .send(config.topics().workers(), identity.id(), status())
        .whenComplete(
            (done, error) -> {
              if (error != null) {
                log.warn(
                    "the announcement of {} was not taken: {}", identity.id(), error.toString());
              }
            });
  }

  /** Announces the worker; a failure is logged and the next interval tries again. */
  void repeat() {
    var unused = announce();
  }

  /** The tombstone of a clean stop: the worker is no longer listed. */
  CompletableFuture<Void> farewell() {
    return sender.send(
        config.topics().workers(), identity.id().getBytes(StandardCharsets.UTF_8), null);
  }

  private Map<String, String> breakers() {
    Map<String, String> all = new TreeMap<>(parts.machine().breakers());
    all.putAll(parts.guards().breakers());
    return all;
  }

  private WorkerStatus status() {
    Runtime runtime = Runtime.getRuntime();
    WorkerCounters counters = parts.counters();
    long memoryUsed = parts.calls().memoryUsed();
    return WorkerStatus.newBuilder()
        .setWorker(identity.id())
        .setPool(config.poolName())
        .setResourceClass(config.resourceClass())
        .setLauncher(config.launcher().word())
        .setHost(identity.host())
        .setPid(ProcessHandle.current().pid())
        .setVersion(identity.version())
        .setSlots(config.slots())
        .setBusy(counters.busy.get())
        .setHandlers(List.copyOf(parts.calls().names()))
        .setMemoryUsedBytes(memoryUsed)
        .setMemoryPeakBytes(memoryPeak.accumulateAndGet(memoryUsed, Math::max))
        .setLimitedBy(parts.calls().limitedBy())
        .setIsolation(config.isolation().isPresent() ? "process" : "thread")
        .setMemoryMaxBytes(
            config
                .isolation()
                .map(limits -> limits.poolBytes(config.slots()))
                .orElse(runtime.maxMemory()))
        .setTaskMemoryMaxBytes(parts.room().largest())
        .setWaiting(parts.room().waiting())
        .setSucceeded(counters.succeeded.get())
        .setFailed(counters.failed.get())
        .setStopped(counters.stopped.get())
        .setSkipped(counters.skipped.get())
        .setAbandonedThreads(counters.abandoned.get())
        .setStartedAt(startedAt)
        .setHeartbeatAt(parts.clock().now())
        .setStopping(parts.stop().isStopping())
        .setLabels(config.labels())
        .setBreakers(breakers())
        .setGuards(parts.guards().limits(parts.calls().names()))
        .setDeferred(parts.guards().deferred() + counters.lacking.get())
        .build();
  }
}
