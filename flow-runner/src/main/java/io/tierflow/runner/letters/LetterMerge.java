package io.tierflow.runner.letters;

import io.tierflow.runner.letters.LetterCursor.Span;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the letters of several partitions into one order, oldest first. A letter is handed on only
 * when no partition can still have an older one, so each partition must have been read up to a
 * letter or to its end. Pure, and owned by one thread.
 */
final class LetterMerge {

  /** A partition with so many letters waiting need not be read on for now. */
  private static final int ENOUGH = 100;

  private final SortedMap<Integer, Lane> lanes = new TreeMap<>();

  LetterMerge(LetterCursor from) {
    from.spans().forEach((partition, span) -> lanes.put(partition, new Lane(span)));
  }

  /** A letter that is meant has been read. */
  void add(Letter letter) {
    Lane lane = lanes.get(letter.partition());
    if (letter.offset() >= lane.read && letter.offset() < lane.end) {
      lane.waiting.add(letter);
      lane.read = letter.offset() + 1;
    }
  }

  /** Everything of a partition before this offset has been read. */
  void readUpTo(int partition, long offset) {
    Lane lane = lanes.get(partition);
    lane.read = Math.max(lane.read, Math.min(offset, lane.end));
  }

  /** The oldest letter, once it is certain to be that. */
  Optional<Letter> next() {
    Collection<Lane> all = lanes.values();
    if (all.stream().anyMatch(lane -> lane.waiting.isEmpty() && lane.isOpen())) {
      return Optional.empty();
    }
    return all.stream()
        .filter(lane -> !lane.waiting.isEmpty())
        .min(Comparator.comparing(lane -> lane.waiting.getFirst().at()))
        .map(lane -> lane.waiting.removeFirst());
  }

  /** Whether a partition should be read on now. */
  boolean wants(int partition) {
    Lane lane = lanes.get(partition);
    return lane.isOpen() && lane.waiting.size() < ENOUGH;
  }

  /** Whether every letter has been handed on. */
  boolean isDone() {
    return lanes.values().stream().allMatch(lane -> !lane.isOpen() && lane.waiting.isEmpty());
  }

  /** Where to go on after the letters handed on so far. */
  LetterCursor position() {
    Map<Integer, Span> spans = new TreeMap<>();
    lanes.forEach((partition, lane) -> spans.put(partition, new Span(lane.next(), lane.end)));
    return LetterCursor.of(spans);
  }

  /** One partition. */
  private static final class Lane {

    private final Deque<Letter> waiting = new ArrayDeque<>();
    private final long end;
    private long read;

    Lane(Span span) {
      this.read = span.next();
      this.end = span.end();
    }

    boolean isOpen() {
      return read < end;
    }

    long next() {
      return waiting.isEmpty() ? read : waiting.getFirst().offset();
    }
  }
}
