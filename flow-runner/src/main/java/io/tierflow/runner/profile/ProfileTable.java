package io.tierflow.runner.profile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Renders a {@link RunProfile} as aligned text or as JSON. Pure. */
public final class ProfileTable {

  private static final List<String> HEAD =
      List.of("pipeline", "stage", "class", "queue", "run", "gap", "critical", "worker");
  private static final int FIRST_NUMBER = 3;
  private static final int LAST_NUMBER = 6;

  private ProfileTable() {}

  /**
   * A table with a line per stage, and under it the totals and the bottleneck. Durations are in
   * seconds; {@code critical} is the stage's share of the total, a hyphen off the critical path.
   *
   * @return lines separated by newlines, without one at the end
   */
  public static String text(RunProfile profile) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    String last = "";
    for (StageProfile stage : profile.stages()) {
      rows.add(row(stage, stage.pipeline().equals(last)));
      last = stage.pipeline();
    }
    List<String> lines = new ArrayList<>(align(rows));
    lines.add(
        "total %s s, ideal %s s (the longest path over run times alone)"
            .formatted(seconds(profile.total()), seconds(profile.ideal())));
    profile
        .bottleneck()
        .ifPresent(
            stage ->
                lines.add(
                    "bottleneck: pipeline %s, stage %s on class %s, %s of the total"
                        .formatted(
                            stage.pipeline(),
                            stage.stage(),
                            stage.resourceClass(),
                            percent(stage.share()))));
    return String.join("\n", lines);
  }

  /** The same as JSON; durations are whole milliseconds, shares fractions of the total. */
  public static ObjectNode json(RunProfile profile) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("runId", profile.runId())
        .put("flow", profile.flow())
        .put("version", profile.version())
        .put("state", profile.state())
        .put("totalMs", profile.total().toMillis())
        .put("idealMs", profile.ideal().toMillis())
        .put("tailMs", profile.tail().toMillis())
        .put("bottleneckPipeline", profile.bottleneckPipeline().orElse(null))
        .put("bottleneckStage", profile.bottleneck().map(StageProfile::stage).orElse(null));
    ArrayNode stages = json.putArray("stages");
    for (StageProfile stage : profile.stages()) {
      ObjectNode node =
          stages
              .addObject()
              .put("pipeline", stage.pipeline())
              .put("stage", stage.stage())
              .put("class", stage.resourceClass())
              .put("state", stage.state())
              .put("worker", stage.worker().isEmpty() ? null : stage.worker())
              .put("attempts", stage.attempts())
              .put("queueMs", stage.queue().toMillis())
              .put("runMs", stage.run().toMillis())
              .put("gapMs", stage.gap().toMillis())
              .put("critical", stage.critical())
              .put("share", stage.share());
      if (stage.elements() != null) {
        node.put("elements", stage.elements().total());
      }
    }
    ArrayNode path = json.putArray("criticalPath");
    for (Segment segment : profile.criticalPath()) {
      path.addObject()
          .put("pipeline", segment.pipeline())
          .put("stage", segment.stage())
          .put("from", segment.from().toString())
          .put("to", segment.to().toString())
          .put("gapMs", segment.gap().toMillis())
          .put("lengthMs", segment.length().toMillis());
    }
    return json;
  }

  private static List<String> row(StageProfile stage, boolean samePipeline) {
    String name =
        stage.elements() == null ? stage.stage() : stage.stage() + " ×" + stage.elements().total();
    boolean dispatched = stage.attempts() > 0;
    return List.of(
        samePipeline ? "" : stage.pipeline(),
        name,
        stage.resourceClass() == null ? "-" : stage.resourceClass(),
        dispatched ? seconds(stage.queue()) : "-",
        dispatched ? seconds(stage.run()) : "-",
        dispatched ? seconds(stage.gap()) : "-",
        stage.critical() ? percent(stage.share()) : "-",
        stage.worker().isEmpty() ? stage.state() : stage.worker());
  }

  private static List<String> align(List<List<String>> rows) {
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        boolean right = i >= FIRST_NUMBER && i <= LAST_NUMBER;
        line.append(right ? padding + row.get(i) : row.get(i) + padding).append("  ");
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", share * 100);
  }
}
