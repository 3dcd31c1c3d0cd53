package io.tierflow.runner.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Says of a replay's stages whether they gave what they gave before. Pure. */
final class Comparison {

  private static final Pattern PLACE =
      Pattern.compile("kafka:\\d+:[\\d,-]+:(?=\\d+:[0-9a-f]{64}\\))");

  private Comparison() {}

  static RunView of(RunView replay, RunView original) {
    Map<String, JsonNode> outputs = new HashMap<>();
    original
        .pipelines()
        .forEach(p -> p.stages().forEach(s -> outputs.put(p.name() + "/" + s.name(), s.output())));
    List<PipelineView> pipelines =
        replay.pipelines().stream()
            .map(
                p ->
                    new PipelineView(
                        p.name(),
                        p.state(),
                        p.after(),
                        p.stages().stream()
                            .map(s -> compared(s, outputs.get(p.name() + "/" + s.name())))
                            .toList()))
            .toList();
    return new RunView(
        replay.id(),
        replay.flow(),
        replay.version(),
        replay.state(),
        replay.labels(),
        replay.replayOf(),
        replay.input(),
        replay.output(),
        replay.submittedAt(),
        replay.startedAt(),
        replay.endedAt(),
        replay.failure(),
        replay.stale(),
        replay.missing(),
        pipelines,
        replay.budgets(),
        replay.priority());
  }

  private static StageView compared(StageView stage, JsonNode before) {
    return new StageView(
        stage.name(),
        stage.state(),
        stage.resourceClass(),
        stage.launcher(),
        stage.handler(),
        stage.taskId(),
        stage.output(),
        stage.reused(),
        (stage.output() == null || before == null) ? null : same(stage.output(), before),
        stage.progress(),
        stage.progressMessage(),
        stage.elements(),
        stage.attempts());
  }

  // What lies in the payload store is shown by its reference: the same bytes lie elsewhere when
  // they were stored again.
  static boolean same(JsonNode output, JsonNode before) {
    return output.equals(before) || withoutPlaces(output).equals(withoutPlaces(before));
  }

  private static String withoutPlaces(JsonNode shown) {
    return PLACE.matcher(shown.toString()).replaceAll("");
  }
}
