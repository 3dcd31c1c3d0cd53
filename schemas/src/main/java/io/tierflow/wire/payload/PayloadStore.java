package io.tierflow.wire.payload;

/**
 * Holds the bytes of large payloads under references.
 *
 * <p>Implementations are thread-safe. Both methods may wait for the network; they throw {@link
 * PayloadException}, whose message names the reference or the place.
 */
public interface PayloadStore {

  /**
   * Stores bytes; once this returns they are safe.
   *
   * @return the reference that gives them back: one line of printable ASCII, without blanks
   */
  String put(byte[] content);

  /**
   * The bytes that were stored, checked to be the same.
   *
   * @throws PayloadException.Lost if they are gone or damaged for good
   * @throws PayloadException.Unavailable if they cannot be had now
   */
  byte[] get(String reference);
}
