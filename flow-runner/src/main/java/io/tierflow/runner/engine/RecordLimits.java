package io.tierflow.runner.engine;

import io.tierflow.flow.Failure;
import io.tierflow.wire.topics.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * How large what the engine writes may be. Whatever would not fit is refused before anything of its
 * decision is written: a record that Kafka refuses would stop the partition of its run, and all
 * others in it, over and over.
 */
final class RecordLimits {

  /** A record of an ordinary topic, key and envelope included: a little under Kafka's 1 MiB. */
  static final int MAX_RECORD_BYTES = 1_000_000;

  /** One entry of the state, and a dead letter: room for an element's input and output inline. */
  static final int MAX_LARGE_RECORD_BYTES = TopicSettings.MAX_DEAD_LETTER_BYTES - 32 * 1024;

  /** All versions of one flow lie in one record; the oldest go first. */
  static final int MAX_VERSIONS_BYTES = 768 * 1024;

  /** Texts of a failure, as the bundled worker bounds them; other workers may not. */
  private static final int MAX_MESSAGE_BYTES = 2 * 1024;

  private static final int MAX_DETAIL_BYTES = 16 * 1024;

  /** From this attempt on only short messages are kept: the history is one record. */
  private static final int WHOLE_FAILURES = 8;

  private static final int SHORT_MESSAGE_BYTES = 256;

  private RecordLimits() {}

  /**
   * Passes a record on if it fits.
   *
   * @throws TooLargeException if it does not
   */
  static byte[] fitting(Supplier<String> what, byte[] value, int limit) {
    if (value != null && value.length > limit) {
      throw new TooLargeException(
          what.get() + ": found " + value.length + " bytes, expected at most " + limit);
    }
    return value;
  }

  /** A failure whose texts are short enough to be kept with those of the attempts before. */
  static Failure bounded(Failure failure, int attempt) {
    boolean whole = attempt <= WHOLE_FAILURES;
    return new Failure(
        failure.kind(),
        cut(failure.message(), whole ? MAX_MESSAGE_BYTES : SHORT_MESSAGE_BYTES),
        whole ? cut(failure.detail(), MAX_DETAIL_BYTES) : "",
        failure.permanent(),
        failure.retryAfter(),
        failure.tooLarge(),
        failure.outsideSlot());
  }

  /** A text of an error, cut to what a dead letter may say. */
  static String message(String text) {
    return cut(String.valueOf(text), MAX_MESSAGE_BYTES);
  }

  private static String cut(String text, int maxBytes) {
    if (text.length() <= maxBytes / 3) {
      return text; // no character takes more than three bytes per char
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= maxBytes) {
      return text;
    }
    int end = maxBytes - 3;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8) + '…';
  }

  /** What a decision would write is larger than Kafka would take. */
  static final class TooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
      super(message);
    }
  }
}
