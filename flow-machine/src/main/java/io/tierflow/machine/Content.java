package io.tierflow.machine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a stage takes or gives: bytes with their type, or the payload store's reference to them.
 * Immutable as long as nobody writes to the array.
 *
 * @param contentType for example {@code application/json}
 * @param bytes the content; null when it lies in the payload store
 * @param reference the payload store's name for it; null when it is inline
 * @param size bytes of the content
 */
@SuppressWarnings(
    "ArrayRecordComponent") // equality is by content, below; copying would cost every hop
public record Content(String contentType, byte[] bytes, String reference, long size)
    implements RunEntry {

  /** The content type of everything Tierflow itself composes. */
  public static final String JSON = "application/json";

  /** Inline JSON. */
  public static Content json(byte[] bytes) {
    return new Content(JSON, bytes, null, bytes.length);
  }

  /** Inline JSON from text. */
  public static Content json(String text) {
    return json(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Content that
        && contentType.equals(that.contentType)
        && Arrays.equals(bytes, that.bytes)
        && Objects.equals(reference, that.reference)
        && size == that.size;
  }

  @Override
  public int hashCode() {
    return Objects.hash(contentType, Arrays.hashCode(bytes), reference, size);
  }

  @Override
  public String toString() {
    return bytes == null ? reference : new String(bytes, StandardCharsets.UTF_8);
  }
}
