package io.tierflow.wire;

import org.apache.avro.specific.SpecificRecord;

/**
 * Turns the contract's records into the bytes of a Kafka value and back.
 *
 * <p>Implementations are thread-safe.
 */
public interface WireCodec {

  /**
   * Encodes one value.
   *
   * @param topic the topic the value is for: with a registry it picks the subject
   */
  byte[] encode(String topic, SpecificRecord value);

  /**
   * Decodes one value, written in the same or any compatible schema.
   *
   * @throws UndecodableException if the bytes are not such a value; the message says what was found
   */
  <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type)
      throws UndecodableException;
}
