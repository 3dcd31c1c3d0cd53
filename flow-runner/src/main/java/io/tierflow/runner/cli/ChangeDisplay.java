package io.tierflow.runner.cli;

import io.tierflow.client.ElementsView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * Prints a line for each stage that has changed: for logs and pipes, where nothing can be drawn
 * over. Progress counts as a change at each tenth. One thread only.
 */
public final class ChangeDisplay implements RunDisplay {

  private final PrintWriter out;
  private final Glyphs glyphs;
  private final Map<String, String> shown = new HashMap<>();

  /** Prints with these signs. */
  public ChangeDisplay(PrintWriter out, Glyphs glyphs) {
    this.out = out;
    this.glyphs = glyphs;
  }

  @Override
  public void show(RunView run, Instant now) {
    String elapsed =
        String.format(
            Locale.ROOT, "%8s  ", Times.text(Times.between(run.submittedAt(), run.endedAt(), now)));
    for (PipelineView pipeline : run.pipelines()) {
      for (StageView stage : pipeline.stages()) {
        String name = pipeline.name() + "/" + stage.name();
        String before = shown.put(name, changeKey(stage));
        boolean news =
            before == null ? !stage.state().equals("WAITING") : !before.equals(changeKey(stage));
        if (news) {
          out.println(elapsed + line(name, stage, now));
        }
      }
    }
    String before = shown.put("", run.state());
    if (!run.state().equals(before)) {
      out.println(elapsed + glyphs.state(run.state()) + " " + run.flow() + "  " + run.state());
    }
    out.flush();
    shown.remove("note");
  }

  @Override
  public void note(String text) {
    if (!Objects.equals(shown.put("note", text), text)) {
      out.println(text);
      out.flush();
    }
  }

  private String line(String name, StageView stage, Instant now) {
    StringJoiner line = new StringJoiner("  ");
    line.add(glyphs.state(stage.state()) + " " + name)
        .add(stage.state())
        .add(Notes.tier(stage.resourceClass(), stage.launcher()));
    if (!stage.attempts().isEmpty()) {
      String worker = stage.attempts().get(stage.attempts().size() - 1).worker();
      if (worker != null) {
        line.add(worker);
      }
    }
    Times.worked(stage, now).map(Times::text).ifPresent(line::add);
    Notes.of(stage).forEach(line::add);
    return line.toString();
  }

  private static String changeKey(StageView stage) {
    ElementsView elements = stage.elements();
    int done =
        elements == null || elements.total() == 0
            ? 0
            : (int) (10L * (elements.succeeded() + elements.failed()) / elements.total());
    int progress = stage.progress() == null ? 0 : (int) (stage.progress() * 10);
    return stage.state() + " " + stage.attempts().size() + " " + done + " " + progress;
  }
}
