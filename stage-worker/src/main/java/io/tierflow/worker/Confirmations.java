package io.tierflow.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for what the brokers say of what was sent. */
final class Confirmations {

  private static final Logger log = LoggerFactory.getLogger(Confirmations.class);

  private Confirmations() {}

  /**
   * Waits, as long as the producer tries; false if it was not taken, so that the task stays open.
   */
  static boolean await(CompletableFuture<Void> sent) throws InterruptedException {
    try {
      sent.get();
      return true;
    } catch (ExecutionException e) {
      log.warn("a reply was not taken: {}", e.getCause().toString());
      return false;
    }
  }
}
