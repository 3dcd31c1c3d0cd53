package io.tierflow.examples.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code weather-report}: the reference service's core logic. Its input is an object with what
 * {@code http-source} and {@code mqtt-source} stored ({@code {path, …}} each); it reads both files,
 * which must lie on a file system it shares with them, and compares the forecast with the sensor's
 * reading. It takes no {@code with}. Thread-safe and idempotent.
 */
public final class WeatherReportHandler implements StageHandler<JsonNode, JsonNode> {

  private static final double WARN_AT = 5.0;

  private final JsonMapper mapper = new JsonMapper();

  /** For the service loader. */
  public WeatherReportHandler() {}

  @Override
  public String name() {
    return "weather-report";
  }

  @Override
  public JsonNode handle(JsonNode input, StageContext context) throws StageException, IOException {
    JsonNode forecast = stored(input, "http-source");
    JsonNode reading = stored(input, "mqtt-source").path("payload");
    JsonNode hours = forecast.path("temperatures");
    if (!hours.isArray() || hours.isEmpty() || !reading.path("temperature").isNumber()) {
      throw StageException.invalidInput(
          "weather-report: expected a forecast with temperatures and a reading with a temperature,"
              + " found %s and %s".formatted(forecast, reading));
    }
    double sum = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (JsonNode hour : hours) {
      sum += hour.doubleValue();
      min = Math.min(min, hour.doubleValue());
      max = Math.max(max, hour.doubleValue());
    }
    double mean = sum / hours.size();
    double deviation = reading.path("temperature").doubleValue() - mean;
    return JsonNodeFactory.instance
        .objectNode()
        .put("station", reading.path("station").asText())
        .put("forecastMean", round(mean))
        .put("forecastMin", round(min))
        .put("forecastMax", round(max))
        .put("measured", reading.path("temperature").doubleValue())
        .put("deviation", round(deviation))
        .put("warning", Math.abs(deviation) >= WARN_AT);
  }

  private JsonNode stored(JsonNode input, String source) throws StageException, IOException {
    JsonNode path = input.path(source).path("path");
    if (!path.isTextual()) {
      throw StageException.invalidInput(
          "weather-report: %s.path: expected the path of a file, found %s"
              .formatted(source, path.isMissingNode() ? "nothing" : path));
    }
    try {
      return mapper.readTree(Path.of(path.textValue()).toFile());
    } catch (FileNotFoundException e) {
      throw StageException.permanent(
          "weather-report: %s.path: expected a file that this worker can read, found none at %s"
              .formatted(source, path.textValue()));
    }
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
