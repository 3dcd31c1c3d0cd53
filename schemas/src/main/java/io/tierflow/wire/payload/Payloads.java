package io.tierflow.wire.payload;

import io.tierflow.schemas.Payload;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Makes payloads of bytes and bytes of payloads, and decides which travel inline.
 *
 * <p>Thread-safe, as its store is.
 */
public final class Payloads {

  /** How many bytes travel inline unless told otherwise: 512 KiB. */
  public static final int DEFAULT_INLINE_LIMIT = 512 * 1024;

  private final PayloadStore store;
  private final int inlineLimit;

  /** With the default limit. */
  public Payloads(PayloadStore store) {
    this(store, DEFAULT_INLINE_LIMIT);
  }

  /**
   * With a limit of its own.
   *
   * @param inlineLimit the most bytes that travel inline, 0 or more
   */
  public Payloads(PayloadStore store, int inlineLimit) {
    if (inlineLimit < 0) {
      throw new IllegalArgumentException("inline limit: expected 0 or more, found " + inlineLimit);
    }
    this.store = Objects.requireNonNull(store, "store");
    this.inlineLimit = inlineLimit;
  }

  /**
   * A payload of bytes: inline up to the limit, else stored and referred to.
   *
   * @param content used as it is, not copied: it must not change any more
   * @throws PayloadException if it has to be stored and is not
   */
  public Payload of(String contentType, byte[] content) {
    Payload.Builder payload =
        Payload.newBuilder().setContentType(contentType).setSize(content.length);
    return content.length <= inlineLimit
        ? payload.setBytes(ByteBuffer.wrap(content)).build()
        : payload.setReference(store.put(content)).build();
  }

  /**
   * The bytes of a payload, wherever they are; a copy. The payload is unchanged.
   *
   * @throws IllegalArgumentException if the payload holds neither bytes nor a reference
   * @throws PayloadException if the reference does not give them
   */
  public byte[] bytes(Payload payload) {
    if (payload.getBytes() != null) {
      byte[] content = new byte[payload.getBytes().remaining()];
      payload.getBytes().duplicate().get(content);
      return content;
    }
    String reference = payload.getReference();
    if (reference == null) {
      throw new IllegalArgumentException(
          "a payload of type " + payload.getContentType() + " with neither bytes nor reference");
    }
    byte[] content = store.get(reference);
    if (payload.getSize() >= 0 && payload.getSize() != content.length) {
      throw new PayloadException.Lost(
          "payload "
              + reference
              + ": expected "
              + payload.getSize()
              + " bytes, found "
              + content.length,
          null);
    }
    return content;
  }
}
