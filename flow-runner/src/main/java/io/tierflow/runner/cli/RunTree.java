package io.tierflow.runner.cli;

import io.tierflow.client.AttemptView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.flow.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Draws a run as a tree of its pipelines and stages. Pure: the same run at the same time gives the
 * same lines, so it serves a live terminal, a file and a test alike.
 */
public final class RunTree {

  private final Glyphs glyphs;

  /** Draws with these signs. */
  public RunTree(Glyphs glyphs) {
    this.glyphs = glyphs;
  }

  /** One line for the run, each pipeline and each stage, and one for each missing completion. */
  public List<String> lines(RunView run, Instant now) {
    return draw(run, now, false);
  }

  /** The same, with a line for each attempt below its stage and the detail of its failure. */
  public List<String> detailedLines(RunView run, Instant now) {
    return draw(run, now, true);
  }

  private List<String> draw(RunView run, Instant now, boolean attempts) {
    List<TreeRow> rows = new ArrayList<>();
    for (int i = 0; i < run.pipelines().size(); i++) {
      addPipeline(rows, run, i, now, attempts);
    }
    List<String> lines = new ArrayList<>();
    lines.add(header(run, now));
    if (run.failure() != null) {
      lines.add("  " + Notes.failure(run.failure()));
    }
    if (attempts) {
      BudgetLines.of(run.budgets()).forEach(line -> lines.add("  " + line));
    }
    run.missing().stream()
        .filter(missing -> missing.clearedAt() == null && missing.stage() == null)
        .forEach(missing -> lines.add("  " + Notes.missing(missing, now)));
    lines.addAll(TreeRow.aligned(rows));
    return lines;
  }

  private String header(RunView run, Instant now) {
    StringJoiner header = new StringJoiner("  ");
    header.add(glyphs.state(run.state()) + " " + run.flow() + " v" + run.version());
    header.add(run.id()).add(run.state());
    header.add(Times.text(Times.between(run.submittedAt(), run.endedAt(), now)));
    if (run.priority() != Priority.NORMAL) {
      header.add("priority " + run.priority().word());
    }
    if (run.replayOf() != null) {
      header.add("replay of " + run.replayOf());
    }
    if (run.stale() > 0) {
      header.add("late replies: " + run.stale());
    }
    return header.toString();
  }

  private void addPipeline(
      List<TreeRow> rows, RunView run, int index, Instant now, boolean attempts) {
    PipelineView pipeline = run.pipelines().get(index);
    boolean last = index == run.pipelines().size() - 1;
    String time = Times.worked(pipeline, now).map(Times::text).orElse("");
    String after = pipeline.after().isEmpty() ? "" : "after " + String.join(", ", pipeline.after());
    rows.add(
        new TreeRow(branch(last) + entry(pipeline.state(), pipeline.name()), "", "", time, after));
    String trunk = trunk(last);
    for (int i = 0; i < pipeline.stages().size(); i++) {
      StageView stage = pipeline.stages().get(i);
      boolean lastStage = i == pipeline.stages().size() - 1;
      rows.add(stageRow(trunk + branch(lastStage), run, pipeline, stage, now));
      if (attempts) {
        stage.attempts().forEach(a -> addAttempt(rows, trunk + trunk(lastStage), a, now));
      }
    }
  }

  private TreeRow stageRow(
      String prefix, RunView run, PipelineView pipeline, StageView stage, Instant now) {
    StringJoiner notes = new StringJoiner("  ");
    Notes.of(stage).forEach(notes::add);
    run.missing().stream()
        .filter(missing -> missing.clearedAt() == null)
        .filter(missing -> Objects.equals(missing.pipeline(), pipeline.name()))
        .filter(missing -> Objects.equals(missing.stage(), stage.name()))
        .forEach(missing -> notes.add(Notes.missing(missing, now)));
    return new TreeRow(
        prefix + entry(stage.state(), stage.name()),
        Notes.tier(stage.resourceClass(), stage.launcher()),
        worker(stage),
        time(stage, now),
        notes.toString());
  }

  private static String time(StageView stage, Instant now) {
    return Times.worked(stage, now)
        .map(Times::text)
        .or(
            () ->
                stage.state().equals("QUEUED")
                    ? Times.queued(stage, now).map(wait -> "queued " + Times.text(wait))
                    : Optional.empty())
        .orElse("");
  }

  private static String worker(StageView stage) {
    return stage.attempts().isEmpty()
        ? ""
        : Objects.requireNonNullElse(
            stage.attempts().get(stage.attempts().size() - 1).worker(), "");
  }

  private void addAttempt(List<TreeRow> rows, String trunk, AttemptView attempt, Instant now) {
    StringJoiner notes = new StringJoiner("  ");
    if (attempt.queuedAt() != null && attempt.startedAt() != null) {
      notes.add(
          "queued " + Times.text(Times.between(attempt.queuedAt(), attempt.startedAt(), now)));
    }
    if (attempt.peakMemoryBytes() != null) {
      notes.add("peak " + attempt.peakMemoryBytes() / (1024 * 1024) + " MiB");
    }
    if (attempt.failure() != null) {
      notes.add(Notes.failure(attempt.failure()));
    }
    String time =
        attempt.startedAt() == null || isOverAtATimeUnknown(attempt)
            ? ""
            : Times.text(Times.between(attempt.startedAt(), attempt.endedAt(), now));
    rows.add(
        new TreeRow(
            trunk + "  " + entry(attempt.state(), "#" + attempt.number()),
            attempt.resourceClass(),
            Objects.requireNonNullElse(attempt.worker(), ""),
            time,
            notes.toString()));
    if (attempt.failure() != null && attempt.failure().detail() != null) {
      attempt
          .failure()
          .detail()
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> rows.add(TreeRow.text(trunk + "    " + Notes.printable(line))));
    }
  }

  private static boolean isOverAtATimeUnknown(AttemptView attempt) {
    return attempt.endedAt() == null && attempt.state().equals("CANCELLED");
  }

  private String entry(String state, String name) {
    return glyphs.state(state) + " " + name;
  }

  private String branch(boolean last) {
    return last ? glyphs.lastBranch() : glyphs.branch();
  }

  private String trunk(boolean last) {
    return last ? "   " : glyphs.trunk();
  }
}
