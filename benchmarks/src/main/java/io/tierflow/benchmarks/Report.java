package io.tierflow.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The figures of one run of the tool.
 *
 * @param at when it was finished
 * @param machine on what
 * @param figures in the order they were measured
 */
record Report(Instant at, Machine machine, List<Figure> figures) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  Report {
    figures = List.copyOf(figures);
  }

  /** The report as indented JSON. */
  String toJson() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("measuredAt", at.truncatedTo(ChronoUnit.MILLIS).toString());
    json.putObject("machine")
        .put("processors", machine.processors())
        .put("memory", machine.memory())
        .put("system", machine.system())
        .put("java", machine.java())
        .put("kafka", machine.kafka());
    figures.forEach(figure -> figure(json.withArray("/figures").addObject(), figure));
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  private static void figure(ObjectNode json, Figure figure) {
    json.put("name", figure.name()).put("unit", figure.unit());
    side(json, figure.measured());
    side(json.putObject("baseline"), figure.baseline());
    json.put("ratio", figure.ratio())
        .put("target", figure.target().toString())
        .put("met", figure.isMet());
  }

  private static void side(ObjectNode json, Measured side) {
    json.put("value", side.value());
    side.repetitions().forEach(each -> json.withArray("/repetitions").add(each));
    ObjectNode percentiles = json.putObject("percentiles");
    side.percentiles().forEach(percentiles::put);
    ObjectNode cpu = json.putObject("cpuMicrosPerStage");
    side.cpuPerStage().forEach(cpu::put);
  }
}
