package io.tierflow.worker.handlers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bounded texts that go into failures. */
final class Excerpt {

  /** How much of a body or of standard error a failure's detail keeps, in bytes. */
  static final int MAX_DETAIL_BYTES = 16 * 1024;

  private static final int LINE_CHARS = 200;

  private Excerpt() {}

  /** The beginning of a text, up to the detail's bound. */
  static String head(byte[] bytes) {
    if (bytes.length <= MAX_DETAIL_BYTES) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    byte[] head = Arrays.copyOf(bytes, MAX_DETAIL_BYTES);
    return new String(head, StandardCharsets.UTF_8)
        + "… ("
        + (bytes.length - MAX_DETAIL_BYTES)
        + " more bytes)";
  }

  /** The last line of a text that is not blank, cut short; empty if there is none. */
  static String lastLine(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
    return line(text.substring(text.lastIndexOf('\n') + 1).getBytes(StandardCharsets.UTF_8));
  }

  /** The beginning of a text as one short line. */
  static String line(byte[] bytes) {
    int end = Math.min(bytes.length, 4 * LINE_CHARS);
    String text = new String(bytes, 0, end, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
    boolean cut = text.length() > LINE_CHARS || end < bytes.length;
    return cut ? text.substring(0, Math.min(text.length(), LINE_CHARS)) + "…" : text;
  }
}
