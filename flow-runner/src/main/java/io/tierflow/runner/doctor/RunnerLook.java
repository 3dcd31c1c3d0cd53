package io.tierflow.runner.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierflow.runner.doctor.Facts.Answer;
import io.tierflow.runner.doctor.Facts.Runner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Asks a runner for its health, its version and its time. */
final class RunnerLook {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final JsonMapper JSON = new JsonMapper();

  private final InstantSource clock;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();

  RunnerLook(InstantSource clock) {
    this.clock = clock;
  }

  Runner look(URI runner) throws InterruptedException {
    String url = runner.toString().replaceAll("/$", "");
    try {
      HttpResponse<String> live = get(url + "/health/live");
      Optional<Duration> ahead = ahead(live);
      HttpResponse<String> ready = get(url + "/health/ready");
      if (live.statusCode() != 200 || !json(live).path("live").asBoolean()) {
        return new Runner(url, Look.failed("what answers there is no Tierflow runner"));
      }
      JsonNode version = json(live).path("version");
      return new Runner(
          url,
          Look.seen(
              new Answer(
                  notReady(ready),
                  version.isTextual() ? Optional.of(version.asText()) : Optional.empty(),
                  ahead)));
    } catch (IOException e) {
      String why = e.getMessage() == null ? "connection refused" : e.getMessage();
      return new Runner(url, Look.failed("does not answer: " + why));
    }
  }

  private static Optional<String> notReady(HttpResponse<String> ready) {
    return ready.statusCode() == 200
        ? Optional.empty()
        : Optional.of(json(ready).path("detail").asText("status " + ready.statusCode()));
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build(), BodyHandlers.ofString());
  }

  /** By the answer's date, which has whole seconds: the middle of that second. */
  private Optional<Duration> ahead(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("Date")
        .flatMap(
            date -> {
              try {
                return Optional.of(
                    Duration.between(
                        clock.instant(),
                        ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant()
                            .plusMillis(500)));
              } catch (DateTimeException e) {
                return Optional.empty(); // then it does not tell its time
              }
            });
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode(); // not a runner's
    }
  }
}
