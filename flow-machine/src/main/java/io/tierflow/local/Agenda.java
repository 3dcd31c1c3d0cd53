package io.tierflow.local;

import io.tierflow.machine.Deadline;
import io.tierflow.machine.Input;
import io.tierflow.machine.TaskKey;
import io.tierflow.machine.TaskOrder;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * What is to come, by its time. What comes at the same time comes in the order in which it was
 * entered, or in the order of a seed: workers of a real pool keep none.
 */
final class Agenda {

  /** Something that comes. */
  sealed interface Item permits PickUp, Word, Timer, Turn {}

  /** A worker takes a task. */
  record PickUp(TaskOrder order) implements Item {}

  /** A worker says something. */
  record Word(Input.Reply reply) implements Item {}

  /** A deadline comes. */
  record Timer(Deadline deadline) implements Item {}

  /** Those of a stage that wait for its rate may go. */
  record Turn(TaskKey stage) implements Item {}

  /** An item with its time. */
  record Entry(Instant at, long rank, long number, Item item) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(
          Comparator.comparing(Entry::at)
              .thenComparingLong(Entry::rank)
              .thenComparingLong(Entry::number));
  private final Optional<Random> shuffle;
  private long number;

  Agenda(Optional<Random> shuffle) {
    this.shuffle = shuffle;
  }

  void add(Instant at, Item item) {
    long rank = isFree(item) && shuffle.isPresent() ? 1 + shuffle.get().nextInt(1_000_000) : 0;
    entries.add(new Entry(at, rank, number++, item));
  }

  void forget(Deadline deadline) {
    entries.removeIf(entry -> entry.item().equals(new Timer(deadline)));
  }

  Optional<Instant> next() {
    return Optional.ofNullable(entries.peek()).map(Entry::at);
  }

  Entry take() {
    return entries.remove();
  }

  // Of one attempt, that it began is heard before how it ended; the rest may come as it likes.
  private static boolean isFree(Item item) {
    return item instanceof PickUp
        || (item instanceof Word word
            && (word.reply() instanceof Input.Succeeded || word.reply() instanceof Input.Failed));
  }
}
