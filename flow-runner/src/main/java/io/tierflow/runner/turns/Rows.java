package io.tierflow.runner.turns;

import io.tierflow.machine.TaskKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The for-eaches of one partition that have elements which are not begun. One thread owns it; the
 * rows themselves are their {@link Turns}'.
 */
final class Rows {

  private final Turns turns;
  private final Share share;
  private final Map<String, Map<TaskKey, Row>> rows = new HashMap<>();
  private final Map<Row, int[]> found = new LinkedHashMap<>();

  Rows(Turns turns, Share share) {
    this.turns = turns;
    this.share = share;
  }

  /** These elements of a for-each wait, and no others of it. */
  void reaches(String runId, TaskKey whole, Claim claim, int from, int to, long now) {
    if (from < to) {
      turns.reaches(row(runId, whole, claim), from, to, now);
    } else {
      Row row = rows.getOrDefault(runId, Map.of()).get(whole);
      if (row != null) {
        turns.reaches(row, from, to, now);
      }
    }
  }

  /** The same of a partition that is taken over; until all is found, none gets a turn. */
  void found(String runId, TaskKey whole, Claim claim, int from, int to) {
    found.put(row(runId, whole, claim), new int[] {from, to});
  }

  void allFound(long now) {
    found.forEach((row, reach) -> turns.reaches(row, reach[0], reach[1], now));
    found.clear();
  }

  /** No element of a for-each is to be begun any more; whether there were some. */
  boolean forget(String runId, TaskKey whole, long now) {
    Map<TaskKey, Row> all = rows.getOrDefault(runId, Map.of());
    Row row = all.isEmpty() ? null : all.remove(whole);
    if (row != null) {
      turns.reaches(row, 0, 0, now);
    }
    return row != null;
  }

  /** The same of all for-eaches of a run. */
  boolean forget(String runId, long now) {
    Map<TaskKey, Row> all = rows.remove(runId);
    if (all != null) {
      all.values().forEach(row -> turns.reaches(row, 0, 0, now));
    }
    return all != null;
  }

  void forgetAll(long now) {
    List<String> runs = new ArrayList<>(rows.keySet());
    runs.forEach(run -> forget(run, now));
    found.clear();
  }

  private Row row(String runId, TaskKey whole, Claim claim) {
    return rows.computeIfAbsent(runId, run -> new HashMap<>())
        .computeIfAbsent(whole, key -> new Row(runId, key, claim, share));
  }
}
