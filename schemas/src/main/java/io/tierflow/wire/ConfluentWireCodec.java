package io.tierflow.wire;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * The Confluent wire format: a zero byte, the schema's 4-byte id in the registry (big-endian), the
 * value. The subject is the topic's name followed by {@code -value}.
 *
 * <p>Thread-safe. The registry is asked once per topic and type for writing and once per id for
 * reading; while it is away, whatever has been asked before still works.
 */
public final class ConfluentWireCodec implements WireCodec {

  private static final byte MAGIC = 0;
  private static final int HEADER_BYTES = 5;

  private record Target(String topic, Class<?> type) {}

  private record Source(int id, Class<?> type) {}

  private final SchemaRegistry registry;
  private final boolean autoRegister;
  private final AvroBody body = new AvroBody();
  private final Map<Target, byte[]> headers = new ConcurrentHashMap<>();
  private final Map<Source, DatumReader<?>> readers = new ConcurrentHashMap<>();

  /**
   * A codec over a registry.
   *
   * @param autoRegister true: a schema its subject does not have yet is registered; false: that is
   *     an error, for registries whose schemas are put there by a deployment
   */
  public ConfluentWireCodec(SchemaRegistry registry, boolean autoRegister) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.autoRegister = autoRegister;
  }

  @Override
  public byte[] encode(String topic, SpecificRecord value) {
    Objects.requireNonNull(value, () -> "a null value for topic " + topic);
    return body.write(topic, header(topic, value.getClass(), value.getSchema()), value);
  }

  @Override
  public void prepare(String topic, Class<? extends SpecificRecord> type) {
    header(topic, type, SpecificData.get().getSchema(type));
  }

  @Override
  public <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type)
      throws UndecodableException {
    if (bytes == null) {
      throw AvroBody.undecodable(topic, type, "a null value (a tombstone)", null);
    }
    if (bytes.length < HEADER_BYTES) {
      String found = bytes.length + " bytes, fewer than the header of the Confluent wire format";
      throw AvroBody.undecodable(topic, type, found, null);
    }
    if (bytes[0] != MAGIC) {
      throw AvroBody.undecodable(
          topic,
          type,
          String.format(
              "bytes that begin with %02X, not with 00 as in the Confluent wire format", bytes[0]),
          null);
    }
    int id = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
    return body.read(topic, bytes, HEADER_BYTES, reader(topic, type, id), type);
  }

  private byte[] header(String topic, Class<?> type, Schema schema) {
    Target target = new Target(topic, type);
    byte[] header = headers.get(target);
    if (header == null) { // not computeIfAbsent: no lock is held while the registry is asked
      header = header(idFor(Subject.of(topic, schema)));
      headers.put(target, header);
    }
    return header;
  }

  private int idFor(Subject subject) {
    return autoRegister
        ? registry.register(subject.name(), subject.schema())
        : registry.idOf(subject.name(), subject.schema());
  }

  private <T extends SpecificRecord> DatumReader<T> reader(String topic, Class<T> type, int id)
      throws UndecodableException {
    Source source = new Source(id, type);
    @SuppressWarnings("unchecked") // the readers of a type give that type
    DatumReader<T> known = (DatumReader<T>) readers.get(source);
    if (known != null) {
      return known;
    }
    Schema writer = registry.schema(id).orElse(null);
    if (writer == null) {
      String found = "schema id " + Integer.toUnsignedString(id) + ", which the registry lacks";
      throw AvroBody.undecodable(topic, type, found, null);
    }
    if (!writer.getFullName().equals(type.getName())) {
      String found = "a " + writer.getFullName() + " (schema id " + id + ")";
      throw AvroBody.undecodable(topic, type, found, null);
    }
    DatumReader<T> reader = AvroBody.reader(writer, type);
    readers.put(source, reader);
    return reader;
  }

  private static byte[] header(int id) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(id).array();
  }
}
