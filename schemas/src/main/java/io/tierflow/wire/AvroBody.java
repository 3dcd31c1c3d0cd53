package io.tierflow.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * The Avro binary of a value behind the header of whichever encoding: what both encodings share.
 *
 * <p>Thread-safe. Buffers, encoders and decoders are kept per thread, because making them costs
 * more than a small record.
 */
final class AvroBody {

  static {
    ContractClasses.trust();
  }

  /** A buffer that a large value has widened past this is given back rather than kept. */
  private static final int KEPT_BUFFER_BYTES = 1 << 20;

  private static final ThreadLocal<Output> OUTPUTS = ThreadLocal.withInitial(Output::new);
  private static final ThreadLocal<BinaryDecoder> DECODERS = new ThreadLocal<>();

  private final Map<Class<?>, DatumWriter<SpecificRecord>> writers = new ConcurrentHashMap<>();

  /** The header followed by the value's body. */
  byte[] write(String topic, byte[] header, SpecificRecord value) {
    Output output = OUTPUTS.get();
    try {
      output.bytes.reset();
      output.bytes.writeBytes(header);
      output.encoder = EncoderFactory.get().binaryEncoder(output.bytes, output.encoder);
      writer(value).write(value, output.encoder);
      output.encoder.flush();
      return output.bytes.toByteArray();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "cannot encode a "
              + value.getClass().getSimpleName()
              + " for topic "
              + topic
              + ": "
              + e.getMessage(),
          e);
    } finally {
      if (output.bytes.size() > KEPT_BUFFER_BYTES) {
        OUTPUTS.remove();
      }
    }
  }

  /** The value whose body starts at an offset and must end with the bytes. */
  <T extends SpecificRecord> T read(
      String topic, byte[] bytes, int offset, DatumReader<T> reader, Class<T> type)
      throws UndecodableException {
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, DECODERS.get());
    DECODERS.set(decoder);
    T value;
    boolean whole;
    try {
      value = reader.read(null, decoder);
      whole = decoder.isEnd();
    } catch (IOException | RuntimeException e) {
      // Damaged bytes make Avro throw many kinds: end of file, wrong index, negative length…
      throw undecodable(
          topic, type, bytes.length + " bytes whose body is damaged (" + describe(e) + ")", e);
    }
    if (!whole) {
      throw undecodable(
          topic, type, "bytes after the end of the value, in " + bytes.length + " in all", null);
    }
    return value;
  }

  /** A reader of values written in one schema into a generated class. */
  static <T extends SpecificRecord> DatumReader<T> reader(Schema writer, Class<T> type) {
    SpecificData model = SpecificData.getForClass(type);
    return new SpecificDatumReader<>(writer, model.getSchema(type), model);
  }

  /** One form for every refusal: place, expected, found. */
  static UndecodableException undecodable(
      String topic, Class<?> type, String found, Exception cause) {
    return new UndecodableException(
        "topic " + topic + ": expected a " + type.getSimpleName() + ", found " + found, cause);
  }

  private DatumWriter<SpecificRecord> writer(SpecificRecord value) {
    return writers.computeIfAbsent(
        value.getClass(), type -> newWriter(value, SpecificData.getForClass(type)));
  }

  // The classes' own generated coders where they have some: they need no look-up per field. Avro
  // generates none for a record with a timestamp in it, and falls back.
  private static DatumWriter<SpecificRecord> newWriter(SpecificRecord value, SpecificData model) {
    model.setCustomCoders(true);
    return new SpecificDatumWriter<>(value.getSchema(), model);
  }

  private static String describe(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static final class Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private BinaryEncoder encoder;
  }
}
