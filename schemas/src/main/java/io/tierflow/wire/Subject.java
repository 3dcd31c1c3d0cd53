package io.tierflow.wire;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Under which name a registry keeps the schema of a topic's values, and that schema: the topic's
 * name with {@code -value}, Confluent's TopicNameStrategy.
 *
 * @param name the subject's name
 * @param schema without anything that only Java needs
 */
public record Subject(String name, Schema schema) {

  /** The subject of a topic whose values are of this generated class. */
  public static Subject of(String topic, Class<? extends SpecificRecord> type) {
    return of(topic, SpecificData.get().getSchema(type));
  }

  static Subject of(String topic, Schema generated) {
    return new Subject(topic + "-value", PortableSchema.of(generated));
  }
}
