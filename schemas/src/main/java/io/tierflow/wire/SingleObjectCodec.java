package io.tierflow.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding: two magic bytes (C3 01), the schema's 8-byte fingerprint, the
 * value. It needs no registry: every schema that a release has written with comes with the code, so
 * an older release's bytes are readable too.
 *
 * <p>Thread-safe.
 */
public final class SingleObjectCodec implements WireCodec {

  private static final int MAGIC = 0xC301;
  private static final int HEADER_BYTES = 10;

  private final AvroBody body = new AvroBody();
  private final ReleasedSchemas released;
  private final Map<Class<?>, byte[]> headers = new ConcurrentHashMap<>();
  private final Map<Class<?>, Map<Long, DatumReader<?>>> readers = new ConcurrentHashMap<>();

  /** A codec that reads what this release and every earlier one has written. */
  public SingleObjectCodec() {
    this(ReleasedSchemas.all());
  }

  /** A codec that reads what releases with these schemas have written, beside its own. */
  SingleObjectCodec(ReleasedSchemas released) {
    this.released = released;
  }

  @Override
  public void prepare(String topic, Class<? extends SpecificRecord> type) {
    // Every schema comes with the code.
  }

  @Override
  public byte[] encode(String topic, SpecificRecord value) {
    Objects.requireNonNull(value, () -> "a null value for topic " + topic);
    byte[] header =
        headers.computeIfAbsent(
            value.getClass(), type -> header(ReleasedSchemas.fingerprint(value.getSchema())));
    return body.write(topic, header, value);
  }

  @Override
  public <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type)
      throws UndecodableException {
    if (bytes == null) {
      throw AvroBody.undecodable(topic, type, "a null value (a tombstone)", null);
    }
    if (bytes.length < HEADER_BYTES) {
      String found =
          bytes.length + " bytes, fewer than the header of Avro's single-object encoding";
      throw AvroBody.undecodable(topic, type, found, null);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int magic = Short.toUnsignedInt(header.getShort());
    if (magic != MAGIC) {
      throw AvroBody.undecodable(
          topic,
          type,
          String.format(
              "bytes that begin with %04X, not with %04X as in Avro's single-object encoding",
              magic, MAGIC),
          null);
    }
    long fingerprint = header.order(ByteOrder.LITTLE_ENDIAN).getLong();
    return body.read(topic, bytes, HEADER_BYTES, reader(topic, type, fingerprint), type);
  }

  private <T extends SpecificRecord> DatumReader<T> reader(
      String topic, Class<T> type, long fingerprint) throws UndecodableException {
    @SuppressWarnings("unchecked") // the readers of a type give that type
    DatumReader<T> reader =
        (DatumReader<T>) readers.computeIfAbsent(type, key -> readersInto(type)).get(fingerprint);
    if (reader == null) {
      throw AvroBody.undecodable(topic, type, describe(fingerprint, type), null);
    }
    return reader;
  }

  private <T extends SpecificRecord> Map<Long, DatumReader<?>> readersInto(Class<T> type) {
    Schema current = SpecificData.getForClass(type).getSchema(type);
    Map<Long, DatumReader<?>> byWriter = new HashMap<>();
    byWriter.put(ReleasedSchemas.fingerprint(current), AvroBody.reader(current, type));
    for (ReleasedSchemas.Released old : released.versions(current.getFullName())) {
      byWriter.computeIfAbsent(
          ReleasedSchemas.fingerprint(old.schema()),
          fingerprint -> AvroBody.reader(old.schema(), type));
    }
    return Map.copyOf(byWriter);
  }

  private String describe(long fingerprint, Class<?> type) {
    return released
        .find(fingerprint)
        .map(other -> "a " + other.schema().getName() + " (schema " + other.version() + ")")
        .orElseGet(
            () ->
                String.format(
                    "schema fingerprint %016x, which this release does not know"
                        + " (a newer release's?); it knows %s in %s",
                    fingerprint, type.getSimpleName(), knownVersions(type)));
  }

  private String knownVersions(Class<?> type) {
    String versions =
        released.versions(type.getName()).stream()
            .map(ReleasedSchemas.Released::version)
            .collect(Collectors.joining(", "));
    return versions.isEmpty() ? "its own version only" : versions;
  }

  private static byte[] header(long fingerprint) {
    return ByteBuffer.allocate(HEADER_BYTES)
        .putShort((short) MAGIC)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(fingerprint)
        .array();
  }
}
