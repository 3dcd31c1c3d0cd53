package io.tierflow.worker;

import io.tierflow.wire.payload.KafkaPayloadStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a started worker shares among its slots and has open to the brokers. Kafka's producer waits
 * up to a minute in a send where no broker answers, so nothing here is sent on the thread that
 * closes. Thread-safe.
 */
record Connections(
    Admin admin,
    Producer<byte[], byte[]> producer,
    KafkaPayloadStore store,
    ScheduledExecutorService timer,
    OrderReader orders,
    Announcer announcer,
    WorkerParts parts) {

  private static final Logger log = LoggerFactory.getLogger(Connections.class);
  private static final int ANSWER_MILLIS = 2_000;

  /** Announces how the worker is now, without waiting for it. */
  void announceAside() {
    try {
      timer.execute(announcer::repeat);
    } catch (
        RejectedExecutionException e) { // only if it is being closed, and then there is no need
      log.debug("not announced: the timer has ended", e);
    }
  }

  /** Whether any broker answers now; asks for 2 s at most. */
  boolean brokersAnswer() throws InterruptedException {
    try {
      admin.describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_MILLIS)).nodes().get();
      return true;
    } catch (ExecutionException e) {
      log.debug("no broker answers", e);
      return false;
    }
  }

  /**
   * Says farewell and closes everything, in little more than the limit whatever the brokers do.
   *
   * @param id the worker's
   * @return whether this thread was interrupted meanwhile
   */
  boolean close(String id, Duration limit) {
    parts.calls().close();
    timer.shutdownNow();
    orders.close();
    boolean interrupted = false;
    boolean taken = false;
    try {
      taken = farewell(id, limit);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    // It wakes whoever waits in it for brokers that are gone. Nobody waits for news that are lost.
    producer.close(taken ? limit : Duration.ZERO);
    store.close();
    admin.close(Duration.ZERO);
    return interrupted;
  }

  private boolean farewell(String id, Duration limit) throws InterruptedException {
    CompletableFuture<Void> said =
        CompletableFuture.runAsync(
            () -> announcer.farewell().join(), job -> new Thread(job, "farewell-" + id).start());
    try {
      // An announcement that came after it would list the worker again.
      if (!timer.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("{} was still being announced at its farewell", id);
      }
      said.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the farewell of {} was not taken: it stays listed for a while", id);
      return false;
    }
  }
}
