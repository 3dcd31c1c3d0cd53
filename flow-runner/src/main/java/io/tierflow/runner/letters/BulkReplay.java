package io.tierflow.runner.letters;

import io.tierflow.client.FlowClient;
import io.tierflow.client.Page;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.client.RunView;
import io.tierflow.runner.letters.LetterSource.LetterPage;
import io.tierflow.runner.letters.Replayer.Order;
import io.tierflow.runner.letters.Replayer.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Sends a selection of dead letters again, a part at each call. All selected letters of one run are
 * one replay, wherever they lie in the list: so the order of a run does not depend on how the list
 * is cut into parts, and the same selection again gives the same orders. A letter whose run is no
 * longer known is a replay of its own. Thread-safe.
 */
public final class BulkReplay {

  private static final Duration LONGEST_CALL = Duration.ofSeconds(10);

  /** So many letters are read and sent before the time is looked at. */
  private static final int AT_ONCE = 50;

  private static final int LOOK_AROUND = 1000;

  /** The clocks of two runners may differ by so much. */
  private static final Duration CLOCKS = Duration.ofMinutes(1);

  private final LetterSource source;
  private final Replayer replayer;
  private final InstantSource clock;

  /** Reads from there, sends through that; the clock bounds how long one call takes. */
  public BulkReplay(LetterSource source, Replayer replayer, InstantSource clock) {
    this.source = source;
    this.replayer = replayer;
    this.clock = clock;
  }

  /**
   * Which letters, and how.
   *
   * @param cursor where the call before ended; empty for the first
   * @param limit how many letters one call takes at most
   */
  public record Request(
      LetterFilter filter,
      ReplayChange change,
      boolean dryRun,
      Optional<String> cursor,
      int limit) {}

  /**
   * Takes the next letters of a selection: as many as the limit says, or fewer if that takes longer
   * than 10 s.
   *
   * @throws IllegalArgumentException if the cursor is not one of an earlier answer
   * @throws io.tierflow.runner.RunService.UnavailableException if Kafka or a runner does not
   *     answer; the same call again sends nothing twice
   */
  public Page<ReplayedLetter> replay(Request request) {
    Instant enough = clock.instant().plus(LONGEST_CALL);
    Map<String, Outcome> outcomes = new HashMap<>();
    List<ReplayedLetter> items = new ArrayList<>();
    Optional<String> cursor = request.cursor();
    do {
      int count = Math.min(AT_ONCE, request.limit() - items.size());
      LetterPage part = source.read(request.filter(), cursor, count);
      send(part.letters(), request, outcomes);
      part.letters().forEach(letter -> items.add(item(letter, request, outcomes)));
      cursor = part.nextCursor();
    } while (cursor.isPresent()
        && items.size() < request.limit()
        && clock.instant().isBefore(enough));
    return new Page<>(items, cursor.orElse(null));
  }

  private void send(List<Letter> letters, Request request, Map<String, Outcome> outcomes) {
    SortedMap<String, RunView> runs = new TreeMap<>();
    SortedMap<String, SortedSet<String>> stages = new TreeMap<>();
    for (Letter letter : letters) {
      if (unsendable(letter, request).isEmpty() && !outcomes.containsKey(letter.runId())) {
        stages.computeIfAbsent(letter.runId(), id -> new TreeSet<>()).add(letter.stage());
      }
    }
    Set<String> forgotten = new HashSet<>();
    for (String id : Set.copyOf(stages.keySet())) {
      Optional<RunView> run = replayer.run(id);
      if (run.isEmpty()) {
        forgotten.add(id);
        stages.remove(id);
        continue;
      }
      Optional<String> reason = refusal(run.get());
      if (reason.isPresent()) {
        outcomes.put(id, new Outcome.Refused(reason.get()));
        stages.remove(id);
      } else {
        runs.put(id, run.get());
      }
    }
    complete(runs, stages, request);
    stages.forEach((id, names) -> outcomes.put(id, send(id, names, request)));
    letters.stream()
        .filter(letter -> forgotten.contains(letter.runId()))
        .filter(letter -> unsendable(letter, request).isEmpty())
        .forEach(
            letter ->
                outcomes.put(
                    letter.id(), replayer.replayAlone(letter, request.change(), request.dryRun())));
  }

  private Outcome send(String runId, SortedSet<String> stages, Request request) {
    return request.change().input().isPresent() && stages.size() > 1
        ? new Outcome.Refused("an input is for one stage; of its run, several are chosen")
        : replayer.replay(new Order(runId, stages, request.change(), request.dryRun()));
  }

  private static Optional<String> refusal(RunView run) {
    return FlowClient.ENDED.contains(run.state())
        ? Optional.empty()
        : Optional.of("its run has not ended yet: it is " + run.state());
  }

  /**
   * Adds the stages whose letters are meant too, but lie elsewhere in the list. They were set aside
   * while their run went on, so only that time is read; and only if a run has more failed stages
   * than letters so far.
   */
  private void complete(
      Map<String, RunView> runs, Map<String, SortedSet<String>> stages, Request request) {
    List<RunView> incomplete =
        runs.values().stream()
            .filter(run -> !stages.get(run.id()).containsAll(failedStages(run)))
            .toList();
    if (incomplete.isEmpty()) {
      return;
    }
    Instant from =
        incomplete.stream().map(RunView::submittedAt).min(Instant::compareTo).orElseThrow();
    Instant to = incomplete.stream().map(RunView::endedAt).max(Instant::compareTo).orElseThrow();
    LetterFilter then = request.filter().within(from.minus(CLOCKS), to.plus(CLOCKS));
    Optional<String> cursor = Optional.empty();
    do {
      LetterPage part = source.read(then, cursor, LOOK_AROUND);
      for (Letter letter : part.letters()) {
        if (unsendable(letter, request).isEmpty() && stages.containsKey(letter.runId())) {
          stages.get(letter.runId()).add(letter.stage());
        }
      }
      cursor = part.nextCursor();
    } while (cursor.isPresent());
  }

  private static Set<String> failedStages(RunView run) {
    return run.pipelines().stream()
        .flatMap(
            pipeline ->
                pipeline.stages().stream()
                    .filter(stage -> stage.state().equals("FAILED"))
                    .map(stage -> pipeline.name() + "/" + stage.name()))
        .collect(Collectors.toSet());
  }

  private static Optional<String> unsendable(Letter letter, Request request) {
    if (!letter.hasTask()) {
      return Optional.of("a record that could not be decoded holds no task to send again");
    }
    Integer index = letter.content().getTask().getIndex();
    return index != null && request.change().input().isPresent()
        ? Optional.of("an element of a for-each: a new input would stand for its whole list")
        : Optional.empty();
  }

  private static ReplayedLetter item(
      Letter letter, Request request, Map<String, Outcome> outcomes) {
    Optional<String> reason = unsendable(letter, request);
    Outcome outcome =
        reason.isPresent()
            ? new Outcome.Refused(reason.get())
            : outcomes.getOrDefault(letter.id(), outcomes.get(letter.runId()));
    String replayRunId = null;
    String note = null;
    String skipped = null;
    if (outcome instanceof Outcome.Sent sent) {
      replayRunId = sent.replayRunId().orElse(null);
    } else if (outcome instanceof Outcome.SentAlone alone) {
      replayRunId = alone.replayRunId().orElse(null);
      note = alone.note();
    } else if (outcome instanceof Outcome.SentBefore before) {
      replayRunId = before.replayRunId();
      skipped = "the same replay was sent before";
    } else if (outcome instanceof Outcome.Refused refused) {
      skipped = refused.reason();
    }
    return new ReplayedLetter(
        letter.id(), letter.runId(), letter.stage(), replayRunId, skipped, note);
  }
}
