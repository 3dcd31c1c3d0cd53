package io.tierflow.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding: two magic bytes, the schema's 8-byte fingerprint, the value. It
 * needs no registry.
 */
public final class SingleObjectCodec implements WireCodec {

  private final Map<Class<?>, BinaryMessageEncoder<SpecificRecord>> encoders =
      new ConcurrentHashMap<>();
  private final Map<Class<?>, BinaryMessageDecoder<?>> decoders = new ConcurrentHashMap<>();

  @Override
  public byte[] encode(String topic, SpecificRecord value) {
    try {
      ByteBuffer buffer =
          encoders
              .computeIfAbsent(
                  value.getClass(),
                  type ->
                      new BinaryMessageEncoder<>(
                          SpecificData.getForClass(type), value.getSchema(), true))
              .encode(value);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot encode a value for " + topic, e);
    }
  }

  @Override
  public <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type)
      throws UndecodableException {
    @SuppressWarnings("unchecked") // the map's values are made for their key's type
    BinaryMessageDecoder<T> decoder =
        (BinaryMessageDecoder<T>)
            decoders.computeIfAbsent(type, SingleObjectCodec::<SpecificRecord>decoderFor);
    try {
      return decoder.decode(bytes);
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new UndecodableException(
          "expected "
              + type.getSimpleName()
              + " in Avro single-object encoding, found "
              + bytes.length
              + " bytes: "
              + e.getMessage(),
          e);
    }
  }

  private static <T extends SpecificRecord> BinaryMessageDecoder<T> decoderFor(Class<?> type) {
    SpecificData model = SpecificData.getForClass(type);
    return new BinaryMessageDecoder<>(model, model.getSchema(type));
  }
}
