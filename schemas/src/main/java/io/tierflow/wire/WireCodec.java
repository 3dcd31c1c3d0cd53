package io.tierflow.wire;

import org.apache.avro.specific.SpecificRecord;

/**
 * Turns the contract's records into the bytes of a Kafka value and back.
 *
 * <p>Implementations are thread-safe, and quick when a thread uses them again and again. Make one
 * with {@link WireCodecs}.
 */
public interface WireCodec {

  /**
   * Encodes one value. Values are never null: whoever deletes a key from a compacted topic sends a
   * null value without a codec.
   *
   * @param topic the topic the value is for: with a registry it picks the subject
   * @throws IllegalArgumentException if the value breaks its own schema, for example by a null in a
   *     field that takes none
   * @throws RegistryException if the schema's id is needed and the registry does not give it
   */
  byte[] encode(String topic, SpecificRecord value);

  /**
   * Gets ready to encode values of a type for a topic: what needs the registry is asked now, and
   * never again. Whoever must be able to answer at any time calls it before the first question.
   *
   * @throws RegistryException if the registry does not give the schema's id
   */
  void prepare(String topic, Class<? extends SpecificRecord> type);

  /**
   * Decodes one value, written in this release's schema or in that of any earlier one.
   *
   * @param topic the topic the bytes came from, named in errors
   * @param bytes the record's value; null (a tombstone) is not decodable
   * @throws UndecodableException if the bytes are not such a value; the message names the topic,
   *     what was found and what was expected
   * @throws RegistryException if the registry does not say what the bytes were written in: the
   *     value may well be decodable later, so it does not belong in the dead letters
   */
  <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type)
      throws UndecodableException;
}
