package io.tierflow.runner.engine;

import io.tierflow.runner.expect.ExpectationService.Subject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.utils.Bytes;

/** Where expectations lie in the stores: by name and key, in the order in which they are listed. */
final class ExpectKeys {

  private static final char STATE = 'x';
  private static final char FLAGGED = 'f';

  private ExpectKeys() {}

  /** What is known of one. */
  static Bytes state(Subject subject) {
    return of(STATE + subject.name() + '\0' + subject.key());
  }

  /** The first possible key of all of a name, or of all when that is empty. */
  static Bytes firstState(String name) {
    return name.isEmpty() ? of(String.valueOf(STATE)) : of(STATE + name + '\0');
  }

  /** A bound above all of a name, or above all when that is empty. */
  static Bytes afterStates(String name) {
    return name.isEmpty() ? of(String.valueOf((char) (STATE + 1))) : of(STATE + name + '\1');
  }

  /** Which one a key of {@link #state} names. */
  static Subject subject(Bytes key) {
    String text = new String(key.get(), StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return new Subject(text.substring(1, end), text.substring(end + 1));
  }

  /** The flags of one that stand. */
  static Bytes flagged(Subject subject) {
    return of(FLAGGED + subject.name() + '\0' + subject.key());
  }

  /** The first possible key of those that are flagged. */
  static Bytes firstFlagged() {
    return of(String.valueOf(FLAGGED));
  }

  /** A bound above those that are flagged. */
  static Bytes afterFlagged() {
    return of(String.valueOf((char) (FLAGGED + 1)));
  }

  /** When one is to be looked at, among the deadlines. */
  static Bytes wake(Subject subject, Instant at) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(at.toEpochMilli()).array());
    out.write(0); // where a deadline has the name of its run
    out.write(0); // where a schedule's wake-up has the name of its flow
    out.writeBytes(subject.name().getBytes(StandardCharsets.UTF_8));
    out.write(0);
    out.writeBytes(subject.key().getBytes(StandardCharsets.UTF_8));
    return Bytes.wrap(out.toByteArray());
  }

  /** Whether a key among the deadlines is one of {@link #wake}. */
  static boolean isWake(Bytes key) {
    return key.get()[Long.BYTES] == 0 && key.get()[Long.BYTES + 1] == 0;
  }

  private static Bytes of(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
