package io.tierflow.runner.engine;

import java.util.function.Consumer;

/**
 * What an input comes to, worked out to the last byte, and not yet done: whatever fails from here
 * on is the store's or Kafka's failure, never the input's.
 */
@FunctionalInterface
interface Effects {

  /**
   * Writes and sends it all.
   *
   * @param send takes each record on its way out, in order
   * @throws org.apache.kafka.common.KafkaException if a store or Kafka refuses; that may be about
   *     an earlier record, so it must reach Kafka Streams, which then reads the input again
   */
  void carryOut(Consumer<Outgoing> send);
}
