package io.tierflow.runner.cli;

import io.tierflow.flow.Flow;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import io.tierflow.flow.file.ByteSize;
import io.tierflow.flow.file.DurationText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The stages of a flow for people. What few flows say has a column only where one says it. */
final class FlowTable {

  private static final List<Column> ALWAYS =
      List.of(
          new Column("STAGE", Stage::name),
          new Column("HANDLER", Stage::handler),
          new Column(
              "CLASS", stage -> Notes.tier(stage.resourceClass().name(), stage.launcher().word())));

  private static final List<Column> IF_SAID =
      List.of(
          new Column("MEMORY", stage -> stage.memory() == 0 ? "" : ByteSize.text(stage.memory())),
          new Column(
              "LARGER",
              stage ->
                  String.join(
                      ", ", stage.onOutOfMemory().stream().map(ResourceClass::name).toList())),
          new Column(
              "RATE",
              stage ->
                  stage
                      .rate()
                      .map(rate -> rate.calls() + " per " + DurationText.format(rate.per()))
                      .orElse("")));

  private record Column(String heading, Function<Stage, String> cell) {}

  private FlowTable() {}

  static Table of(Flow flow) {
    List<Column> columns =
        Stream.concat(ALWAYS.stream(), IF_SAID.stream().filter(column -> isSaid(flow, column)))
            .toList();
    List<String> headings = new ArrayList<>(List.of("PIPELINE"));
    columns.forEach(column -> headings.add(column.heading()));
    headings.add("AFTER");
    Table table = new Table(headings.toArray(String[]::new));
    for (Pipeline pipeline : flow.pipelines()) {
      String before = String.join(", ", pipeline.after());
      for (Step step : pipeline.steps()) {
        for (Stage stage : step.stages()) {
          List<String> row = new ArrayList<>(List.of(pipeline.name()));
          columns.forEach(column -> row.add(column.cell().apply(stage)));
          row.add(before);
          table.row(row.toArray());
        }
        before = String.join(", ", step.stages().stream().map(Stage::name).toList());
      }
    }
    return table;
  }

  private static boolean isSaid(Flow flow, Column column) {
    return flow.pipelines().stream()
        .flatMap(pipeline -> pipeline.steps().stream())
        .flatMap(step -> step.stages().stream())
        .anyMatch(stage -> !column.cell().apply(stage).isEmpty());
  }
}
