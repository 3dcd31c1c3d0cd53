package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.handler.StageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Turns what a handler throws into a failure of bounded size. */
final class Failures {

  static final int MAX_DETAIL_BYTES = 16 * 1024;
  static final int MAX_MESSAGE_BYTES = 2 * 1024;
  private static final String CUT = "…";

  private Failures() {}

  static Failure of(Throwable thrown) {
    Failure said = StageException.failureOf(thrown);
    return new Failure(
        said.kind(),
        cut(said.message(), MAX_MESSAGE_BYTES),
        cut(said.detail(), MAX_DETAIL_BYTES),
        said.permanent(),
        said.retryAfter(),
        false,
        said.outsideSlot());
  }

  /** Cuts a text to so many bytes of UTF-8, never within a character. */
  static String cut(String text, int maxBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= maxBytes) {
      return text;
    }
    int end = maxBytes - CUT.getBytes(StandardCharsets.UTF_8).length;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8) + CUT;
  }
}
