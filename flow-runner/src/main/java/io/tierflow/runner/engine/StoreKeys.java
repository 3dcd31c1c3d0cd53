package io.tierflow.runner.engine;

import io.tierflow.machine.Deadline;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.TaskKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.utils.Bytes;

/**
 * The keys of the state stores: bytes whose order is the order in which they are scanned. Names
 * hold no zero byte, so one ends each of them.
 */
final class StoreKeys {

  // Set in the time of what is to be removed: unsigned, as keys are sorted, that is past any other.
  private static final long PRUNED = Long.MIN_VALUE;

  private static final String MISSED = "m";

  private StoreKeys() {}

  /** An entry of a run. The elements of one for-each lie side by side in the order of the list. */
  static Bytes entry(String runId, EntryKey key) {
    ByteArrayOutputStream out = entryPrefix(runId, key);
    if (key.kind() == EntryKey.Kind.ELEMENT) {
      out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(key.index()).array());
    }
    return Bytes.wrap(out.toByteArray());
  }

  /** The first possible key of a for-each's elements. */
  static Bytes firstElement(String runId, TaskKey stage) {
    return entry(runId, EntryKey.of(stage.element(0)));
  }

  /** The last possible key of a for-each's elements. */
  static Bytes lastElement(String runId, TaskKey stage) {
    return entry(runId, EntryKey.of(stage.element(Integer.MAX_VALUE)));
  }

  /** The first possible key of a run's stages. */
  static Bytes firstStage(String runId) {
    return ofKind(runId, letter(EntryKey.Kind.STAGE));
  }

  /** A bound above the keys of a run's stages. */
  static Bytes afterStages(String runId) {
    return ofKind(runId, (char) (letter(EntryKey.Kind.STAGE) + 1));
  }

  /** The first possible key of the elements of all of a run's for-eaches. */
  static Bytes firstElement(String runId) {
    return ofKind(runId, letter(EntryKey.Kind.ELEMENT));
  }

  /** A bound above the keys of the elements of all of a run's for-eaches. */
  static Bytes afterElements(String runId) {
    return ofKind(runId, (char) (letter(EntryKey.Kind.ELEMENT) + 1));
  }

  /** The stage or element that a key of an entry of this run names. */
  static TaskKey task(String runId, Bytes key) {
    byte[] bytes = key.get();
    int letter = runId.getBytes(StandardCharsets.UTF_8).length + 1;
    int pipeline = letter + 1;
    int stage = pipeline + nameLength(bytes, pipeline) + 1;
    int length = nameLength(bytes, stage);
    TaskKey task =
        TaskKey.of(
            new String(bytes, pipeline, stage - 1 - pipeline, StandardCharsets.UTF_8),
            new String(bytes, stage, length, StandardCharsets.UTF_8));
    return bytes[letter] == letter(EntryKey.Kind.ELEMENT) ? task.element(index(key)) : task;
  }

  private static int nameLength(byte[] bytes, int from) {
    int length = 0;
    while (bytes[from + length] != 0) {
      length++;
    }
    return length;
  }

  /** Which element a key names. */
  static int index(Bytes key) {
    return ByteBuffer.wrap(key.get()).getInt(key.get().length - Integer.BYTES);
  }

  /** A deadline, by due time; what is to be removed lies behind all others. */
  static Bytes deadline(String runId, Deadline deadline) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long due = deadline.dueAt().toEpochMilli();
    out.writeBytes(time(deadline.kind() == Deadline.Kind.PRUNE ? due | PRUNED : due));
    name(out, runId);
    name(out, deadline.kind().name());
    name(out, String.valueOf(deadline.task()));
    name(out, String.valueOf(deadline.attempt()));
    return Bytes.wrap(out.toByteArray());
  }

  /** When a flow's schedule is to be looked at, among the deadlines. */
  static Bytes wake(String flow, Instant at) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(time(at.toEpochMilli()));
    name(out, ""); // where a deadline has the name of its run
    name(out, flow);
    return Bytes.wrap(out.toByteArray());
  }

  /** Whether a key among the deadlines is one of {@link #wake}. */
  static boolean isWake(Bytes key) {
    return key.get()[Long.BYTES] == 0;
  }

  /** Where a timer of that key lies while it is put off until then. */
  static Bytes putOff(Bytes key, Instant until) {
    ByteBuffer later = ByteBuffer.wrap(key.get().clone());
    later.putLong(0, until.toEpochMilli() | (later.getLong(0) & PRUNED));
    return Bytes.wrap(later.array());
  }

  /** A bound above every deadline that is due by then, and below all others. */
  static Bytes dueBy(Instant now) {
    return Bytes.wrap(time(now.toEpochMilli() + 1));
  }

  /** The first possible key of what is to be removed. */
  static Bytes firstPruned() {
    return Bytes.wrap(time(PRUNED));
  }

  /** A bound above all that is to be removed by then. */
  static Bytes prunedBy(Instant now) {
    return Bytes.wrap(time((now.toEpochMilli() + 1) | PRUNED));
  }

  /** A run in the list of runs, newest first. */
  static Bytes listed(Instant submittedAt, String runId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(time(Long.MAX_VALUE - submittedAt.toEpochMilli()));
    out.writeBytes(runId.getBytes(StandardCharsets.UTF_8));
    return Bytes.wrap(out.toByteArray());
  }

  /** Which run a key of the list names. */
  static String listedRun(Bytes key) {
    byte[] bytes = key.get();
    return new String(bytes, Long.BYTES, bytes.length - Long.BYTES, StandardCharsets.UTF_8);
  }

  /** The newest version's number and all versions of a flow, where its commands are decided. */
  static Bytes flow(String name) {
    return Bytes.wrap(("f" + name).getBytes(StandardCharsets.UTF_8));
  }

  /** What is known of a flow's schedule, where its commands are decided. */
  static Bytes schedule(String flow) {
    return Bytes.wrap(("s" + flow).getBytes(StandardCharsets.UTF_8));
  }

  /** What a flow's schedule misses. */
  static Bytes missed(String flow) {
    return Bytes.wrap((MISSED + flow).getBytes(StandardCharsets.UTF_8));
  }

  /** The first possible key of {@link #missed}. */
  static Bytes firstMissed() {
    return missed("");
  }

  /** A bound above all keys of {@link #missed}. */
  static Bytes afterMissed() {
    return Bytes.wrap(
        String.valueOf((char) (MISSED.charAt(0) + 1)).getBytes(StandardCharsets.UTF_8));
  }

  /** One version's definition, among the entries: no run's id begins with a zero byte. */
  static Bytes definition(String name, int version) {
    return Bytes.wrap(("\0d" + name + '@' + version).getBytes(StandardCharsets.UTF_8));
  }

  private static ByteArrayOutputStream entryPrefix(String runId, EntryKey key) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    name(out, runId);
    out.write(letter(key.kind()));
    name(out, key.pipeline());
    name(out, key.stage());
    return out;
  }

  private static Bytes ofKind(String runId, char letter) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    name(out, runId);
    out.write(letter);
    return Bytes.wrap(out.toByteArray());
  }

  // Letters, so that a kind may be added without moving what is stored.
  private static char letter(EntryKey.Kind kind) {
    return switch (kind) {
      case RUN -> 'r';
      case INPUT -> 'i';
      case MISSING -> 'm';
      case PIPELINE -> 'p';
      case STAGE -> 's';
      case ELEMENT -> 'e';
    };
  }

  private static void name(ByteArrayOutputStream out, String name) {
    out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    out.write(0);
  }

  private static byte[] time(long millis) {
    return ByteBuffer.allocate(Long.BYTES).putLong(millis).array();
  }
}
