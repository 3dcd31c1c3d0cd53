package io.tierflow.examples.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.RunView;
import io.tierflow.runner.cli.LiveDisplay;
import io.tierflow.runner.profile.ProfileTable;
import io.tierflow.runner.profile.RunProfile;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What the demo tells while it goes on. One thread. */
abstract class DemoOutput {

  private final PrintWriter out;

  DemoOutput(PrintWriter out) {
    this.out = out;
  }

  /** For a person. */
  static DemoOutput text(PrintWriter out) {
    return new Text(out);
  }

  /** For a program: JSON lines and nothing else. */
  static DemoOutput json(PrintWriter out) {
    return new Json(out);
  }

  /** What happens next. */
  abstract void say(String text);

  /** The run as it stands now; called again and again. */
  abstract void progress(RunView run, Instant now);

  /** Where the time of a run went. */
  abstract void profile(RunProfile profile);

  /** The two runs beside what they would ideally take. */
  abstract void result(DemoResult result);

  final void line(String text) {
    out.println(text);
    out.flush();
  }

  private static final class Text extends DemoOutput {

    private final PrintWriter out;
    private StageChanges changes = new StageChanges();
    private Optional<LiveDisplay> live;

    Text(PrintWriter out) {
      super(out);
      this.out = out;
      this.live = LiveDisplay.onTerminal(out);
    }

    @Override
    void say(String text) {
      line(text);
    }

    @Override
    void progress(RunView run, Instant now) {
      live.ifPresentOrElse(
          terminal -> terminal.show(run, now), () -> changes.lines(run).forEach(this::line));
    }

    @Override
    void profile(RunProfile profile) {
      // The next run is drawn below, not over this one.
      changes = new StageChanges();
      live = LiveDisplay.onTerminal(out);
      line("");
      line(ProfileTable.text(profile));
      line("");
    }

    @Override
    void result(DemoResult result) {
      line("core-logic on   total      ideal      over");
      line(row("small", result.small()));
      line(row("large", result.large()));
    }

    private static String row(String resourceClass, DemoResult.Total total) {
      return String.format(
          Locale.ROOT,
          "%-13s %7.3f s  %7.3f s  %6.2f%%",
          resourceClass,
          total.totalMs() / 1000.0,
          total.idealMs() / 1000.0,
          100.0 * (total.totalMs() - total.idealMs()) / total.idealMs());
    }
  }

  private static final class Json extends DemoOutput {

    Json(PrintWriter out) {
      super(out);
    }

    @Override
    void say(String text) {
      ObjectNode step = JsonNodeFactory.instance.objectNode().put("step", text);
      line(step.toString());
    }

    @Override
    void progress(RunView run, Instant now) {
      // A program waits for the profile.
    }

    @Override
    void profile(RunProfile profile) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.set("profile", ProfileTable.json(profile));
      line(node.toString());
    }

    @Override
    void result(DemoResult result) {
      line(result.json().toString());
    }
  }
}
