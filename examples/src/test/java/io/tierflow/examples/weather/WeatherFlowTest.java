package io.tierflow.examples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.tierflow.handler.PayloadCodec;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The handlers of weather-trends in the flow's order, with their values going through JSON. */
@Timeout(120)
class WeatherFlowTest {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @SuppressWarnings("rawtypes") // a class literal has no type arguments
  private final Map<String, StageHandler<?, ?>> handlers =
      ServiceLoader.load(StageHandler.class).stream()
          .map(found -> (StageHandler<?, ?>) found.get())
          .collect(Collectors.toMap(StageHandler::name, handler -> handler));

  @TempDir Path folder;
  private HttpServer server;

  @BeforeEach
  void serveTheRecords() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] csv;
    try (InputStream data = WeatherFlowTest.class.getResourceAsStream("/data/weather.csv")) {
      csv = data.readAllBytes();
    }
    server.createContext(
        "/weather.csv",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/csv");
            exchange.sendResponseHeaders(200, csv.length);
            exchange.getResponseBody().write(csv);
          }
        });
    server.start();
  }

  @AfterEach
  void stopServing() {
    server.stop(0);
  }

  @Test
  void findsSeasonsAndTrendsOfBothCitiesAndPublishesThem() throws Exception {
    String source = "http://127.0.0.1:" + server.getAddress().getPort() + "/weather.csv";
    JsonNode settings =
        JSON.objectNode()
            .put("source", source)
            .put("folder", folder.toString())
            .put("resamples", 200);

    JsonNode csv = run("http-get", settings, "url", "{input.source}");
    JsonNode years = run("weather-clean", csv);
    ArrayNode summaries = JSON.arrayNode();
    for (JsonNode year : years) {
      summaries.add(run("weather-aggregate", year));
    }
    ObjectNode before = JSON.objectNode();
    before.set("settings", settings);
    before.set("records", summaries);
    JsonNode fit = run("weather-fit", before);

    assertThat(years).hasSize(8);
    assertThat(fit.get("months")).hasSize(2 * 48);
    assertThat(fit.at("/report/leftOut").intValue()).isZero();
    JsonNode newYork = fit.at("/trends/0");
    JsonNode seattle = fit.at("/trends/1");
    assertThat(newYork.get("station").textValue()).isEqualTo("New York");
    assertThat(seattle.get("station").textValue()).isEqualTo("Seattle");
    assertThat(seattle.get("days").intValue()).isEqualTo(1461);
    // A whole number of years: the level is close to the mean of the file's daily middles.
    assertThat(seattle.get("level").doubleValue()).isCloseTo(meanOf("Seattle"), within(0.02));
    assertThat(newYork.get("level").doubleValue()).isCloseTo(meanOf("New York"), within(0.02));
    // A continental winter and summer lie further apart than a maritime one.
    assertThat(newYork.get("amplitude").doubleValue())
        .isGreaterThan(seattle.get("amplitude").doubleValue());
    for (JsonNode trend : fit.get("trends")) {
      assertThat(trend.get("trendPerYear").doubleValue())
          .isBetween(trend.get("trendLow").doubleValue(), trend.get("trendHigh").doubleValue());
    }

    run("file-store", fit, "path", "{input.folder}/report.json", "content", "/report");
    run(
        "file-store",
        fit,
        "path",
        "{input.folder}/months.csv",
        "format",
        "csv",
        "content",
        "/months");
    assertThat(Files.readAllLines(folder.resolve("months.csv")))
        .hasSize(1 + 96)
        .first()
        .isEqualTo(
            "station,year,month,days,meanTemperature,highest,lowest,precipitation,wetDays,meanWind");
    assertThat(Files.readString(folder.resolve("report.json"))).contains("\"New York\"");
  }

  @Test
  void leavesOutImpossibleAndRepeatedRowsAndCountsThem() throws Exception {
    JsonNode csv =
        JSON.textNode(
            """
            location,date,precipitation,temp_max,temp_min,wind,weather
            Oslo,2012-01-02,0.0,1.0,-5.0,4.7,sun
            Oslo,2012-01-01,1.5,3.0,-1.0,2.0,snow
            Oslo,2012-01-01,9.9,3.0,-1.0,2.0,snow
            Oslo,2012-01-03,-1.0,3.0,-1.0,2.0,snow
            Oslo,2012-01-04,0.0,-3.0,3.0,2.0,sun
            """);

    JsonNode year = run("weather-clean", csv).get(0);
    JsonNode month = run("weather-aggregate", year).at("/months/0");

    assertThat(year.get("implausible").intValue()).isEqualTo(2);
    assertThat(year.get("repeated").intValue()).isEqualTo(1);
    assertThat(month.get("days").intValue()).isEqualTo(2);
    assertThat(month.get("meanTemperature").doubleValue()).isEqualTo(-0.5);
    assertThat(month.get("precipitation").doubleValue()).isEqualTo(1.5);
    assertThat(month.get("wetDays").intValue()).isEqualTo(1);
  }

  @Test
  void refusesARowThatIsNoRecordNamingItsLine() {
    JsonNode csv =
        JSON.textNode(
            "location,date,precipitation,temp_max,temp_min,wind,weather\nOslo,soon,0,1,2,3,sun\n");

    assertThatThrownBy(() -> run("weather-clean", csv))
        .hasMessage(
            "weather-clean: line 2: expected an ISO date and four numbers,"
                + " found 'Oslo,soon,0,1,2,3,sun'");
  }

  private static double meanOf(String station) throws IOException {
    try (InputStream data = WeatherFlowTest.class.getResourceAsStream("/data/weather.csv")) {
      return new String(data.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(station + ","))
          .map(line -> List.of(line.split(",", -1)))
          .mapToDouble(f -> (Double.parseDouble(f.get(3)) + Double.parseDouble(f.get(4))) / 2)
          .average()
          .orElseThrow();
    }
  }

  /** Runs a handler as a worker does: its input and output are JSON bytes. */
  @SuppressWarnings({
    "unchecked", // the input is decoded as the handler's own type
    "InterruptedExceptionSwallowed" // tests hand on whatever comes
  })
  private JsonNode run(String name, JsonNode input, String... config) throws Exception {
    StageHandler<Object, Object> handler = (StageHandler<Object, Object>) handlers.get(name);
    ObjectNode with = JSON.objectNode();
    for (int i = 0; i < config.length; i += 2) {
      with.put(config[i], config[i + 1]);
    }
    PayloadCodec codec = handler.codec();
    Object decoded = codec.decode(codec.encode(input), inputType(handler));
    Object output = handler.handle(decoded, new Attempt(name, with));
    return (JsonNode) codec.decode(codec.encode(output), JsonNode.class);
  }

  private static Type inputType(StageHandler<?, ?> handler) {
    return Arrays.stream(handler.getClass().getGenericInterfaces())
        .filter(type -> type instanceof ParameterizedType)
        .map(type -> ((ParameterizedType) type).getActualTypeArguments()[0])
        .findFirst()
        .orElseThrow();
  }
}
