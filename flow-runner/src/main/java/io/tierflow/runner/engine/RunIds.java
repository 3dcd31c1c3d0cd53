package io.tierflow.runner.engine;

import com.github.f4b6a3.ulid.UlidCreator;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;

/** Gives runs their ids: short, lower-case, and the same for the same idempotency key. */
final class RunIds {

  private RunIds() {}

  /** A new id; those of one runner sort by time. */
  static String next() {
    return UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT);
  }

  /** The id that this key always gives for this flow: 125 bits of a SHA-256, after a {@code k}. */
  static String of(String flow, String idempotencyKey) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((flow + '\0' + idempotencyKey).getBytes(StandardCharsets.UTF_8));
      String text = new BigInteger(1, Arrays.copyOf(digest, 16)).shiftRight(3).toString(32);
      return "k" + "0".repeat(25 - text.length()) + text;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
