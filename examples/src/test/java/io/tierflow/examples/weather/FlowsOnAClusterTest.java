package io.tierflow.examples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import io.tierflow.client.FlowClient;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.examples.reference.ReferenceFlow;
import io.tierflow.examples.reference.ReferenceService;
import io.tierflow.standalone.Main;
import io.tierflow.standalone.dev.DevCluster;
import io.tierflow.standalone.dev.DevConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both example flows through a broker, a runner and two pools, each a process of its own. */
@Timeout(300)
class FlowsOnAClusterTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofMinutes(3);

  @TempDir private static Path clusterData;
  private static DevCluster cluster;
  private static FlowClient client;

  @TempDir private Path folder;

  @BeforeAll
  static void startCluster() {
    cluster = DevCluster.prepare(DevConfig.in(clusterData), Main.class, System.err::println);
    cluster.start();
    client = FlowClient.of(cluster.httpUrl());
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @Test
  void theReportOfTheReferenceServiceIsStoredAndReceived() throws Exception {
    try (ReferenceService service = ReferenceService.start(folder)) {
      client.apply(ReferenceFlow.NAME, service.flow().scaled(0.05).coreOn("large").text());
      RunView run = succeeded(ReferenceFlow.NAME, JsonNodeFactory.instance.objectNode());

      JsonNode report = read(folder.resolve("report-" + run.id() + ".json"));
      assertThat(report.path("station").asText()).isEqualTo("station-1");
      assertThat(report.path("forecastMean").asDouble()).isEqualTo(14.11);
      assertThat(service.reports()).containsOnlyKeys(run.id() + "/report/send-a");
      assertThat(service.reports().values()).map(JSON::readTree).containsExactly(report);
      assertThat(stage(run, "report", "core-logic").attempts())
          .singleElement()
          .satisfies(attempt -> assertThat(attempt.worker()).startsWith("large-"));
    }
  }

  @Test
  void theWeatherFlowPublishesTheTrendsThatItsMathsGives() throws Exception {
    String csv = resource("/data/weather.csv");
    HttpServer server = serve(csv);
    try {
      client.apply("weather-trends", resource("/flows/weather-trends.yaml"));
      String source = "http://127.0.0.1:" + server.getAddress().getPort() + "/weather.csv";
      RunView run =
          succeeded(
              "weather-trends",
              JsonNodeFactory.instance
                  .objectNode()
                  .put("source", source)
                  .put("folder", folder.toString())
                  .put("resamples", 100));

      assertThat(stage(run, "records", "aggregate").elements().succeeded()).isEqualTo(8);
      JsonNode stations = read(folder.resolve("report.json")).path("stations");
      assertThat(stations.findValuesAsText("station")).containsExactly("New York", "Seattle");
      assertThat(stations).allSatisfy(station -> agreesWithTheMaths(station, csv));
      assertThat(Files.readAllLines(folder.resolve("trends.csv"))).hasSize(1 + 2);
      assertThat(Files.readAllLines(folder.resolve("months.csv"))).hasSize(1 + 96);
    } finally {
      server.stop(0);
    }
  }

  private static void agreesWithTheMaths(JsonNode station, String csv) {
    List<String[]> rows =
        csv.lines()
            .map(line -> line.split(",", -1))
            .filter(fields -> fields[0].equals(station.path("station").asText()))
            .toList();
    int[] days =
        rows.stream()
            .mapToInt(fields -> Math.toIntExact(LocalDate.parse(fields[1]).toEpochDay()))
            .toArray();
    double[] means =
        rows.stream()
            .mapToDouble(
                fields -> (Double.parseDouble(fields[3]) + Double.parseDouble(fields[4])) / 2)
            .toArray();
    double[] coefficients = new SeasonalRegression(days).fit(means);
    double trend = coefficients[SeasonalRegression.TREND];

    assertThat(station.path("days").asInt()).isEqualTo(days.length);
    assertThat(station.path("level").asDouble()).isCloseTo(coefficients[0], within(1e-4));
    assertThat(station.path("trendPerYear").asDouble()).isCloseTo(trend, within(1e-4));
    assertThat(trend)
        .isBetween(station.path("trendLow").asDouble(), station.path("trendHigh").asDouble());
  }

  private static RunView succeeded(String flow, JsonNode input) {
    String id = client.submit(flow, input);
    RunView run =
        await()
            .atMost(LONGEST)
            .until(
                () -> client.run(id), found -> found.filter(FlowsOnAClusterTest::ended).isPresent())
            .orElseThrow();
    assertThat(run.pipelines())
        .flatMap(pipeline -> pipeline.stages())
        .allSatisfy(stage -> assertThat(stage.state()).as(stage.name()).isEqualTo("SUCCEEDED"));
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    return run;
  }

  private static boolean ended(RunView run) {
    return FlowClient.ENDED.contains(run.state());
  }

  private static StageView stage(RunView run, String pipeline, String name) {
    Optional<StageView> found =
        run.pipelines().stream()
            .filter(each -> each.name().equals(pipeline))
            .flatMap(each -> each.stages().stream())
            .filter(each -> each.name().equals(name))
            .findFirst();
    return found.orElseThrow();
  }

  private static HttpServer serve(String csv) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = csv.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/weather.csv",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/csv");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    return server;
  }

  private static JsonNode read(Path file) throws IOException {
    return JSON.readTree(Files.readAllBytes(file));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = FlowsOnAClusterTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
