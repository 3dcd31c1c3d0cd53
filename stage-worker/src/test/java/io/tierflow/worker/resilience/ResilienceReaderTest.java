package io.tierflow.worker.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.worker.resilience.HandlerPolicy.Breaker;
import io.tierflow.worker.resilience.HandlerPolicy.Bulkhead;
import io.tierflow.worker.resilience.HandlerPolicy.Rate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResilienceReaderTest {

  @TempDir private Path folder;

  @Test
  void readsEverySettingAndFillsInTheUsualOnes() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("resilience.yaml"),
            """
            http-get:
              breaker: {failure-rate: 30, calls: 8, minimum: 2, wait: 5s, probes: 3, slow-after: 2s, slow-rate: 90, patience: 7m}
              rate: {calls: 10, per: 2s}
              bulkhead: {calls: 4, wait: 1s}
              time-limit: 30s
            "*":
              breaker: {}
              rate: {calls: 1}
              bulkhead: {calls: 1}
            """);

    ResilienceConfig config = ResilienceReader.read(file);

    assertThat(config.of("http-get"))
        .contains(
            new HandlerPolicy(
                Optional.of(
                    new Breaker(
                        30,
                        8,
                        2,
                        Duration.ofSeconds(5),
                        3,
                        Optional.of(Duration.ofSeconds(2)),
                        90,
                        Duration.ofMinutes(7))),
                Optional.of(new Rate(10, Duration.ofSeconds(2))),
                Optional.of(new Bulkhead(4, Duration.ofSeconds(1))),
                Optional.of(Duration.ofSeconds(30))));
    assertThat(config.of("anything"))
        .contains(
            new HandlerPolicy(
                Optional.of(Breaker.DEFAULT),
                Optional.of(new Rate(1, Duration.ofSeconds(1))),
                Optional.of(new Bulkhead(1, Duration.ofMillis(200))),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a | found \"a\", expected an object of settings",
        "{h: 1} | test: h: found 1, expected an object of settings",
        "{h: {braker: {}}} | found 'braker', expected one of breaker, rate, bulkhead, time-limit",
        "{h: {breaker: {wait: soon}}} | test: h.breaker.wait: found \"soon\", expected a duration",
        "{h: {breaker: {calls: 0}}} | test: h.breaker.calls: found 0, expected a whole number from 1",
        "{h: {breaker: {calls: 3, minimum: 4}}} | found 4, expected a whole number from 1 to 3",
        "{h: {rate: {}}} | test: h.rate.calls: found nothing, expected a number",
        "{h: {time-limit: 0s}} | test: h.time-limit: found \"0s\", expected a duration of more",
      })
  void saysWhatItFoundAndWhatItExpected(String yaml, String message) {
    assertThatThrownBy(() -> ResilienceReader.read("test", TestPolicies.tree(yaml)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesAFileThatIsNotThereOrNoYaml() throws Exception {
    Path none = folder.resolve("none.yaml");
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "{");

    assertThatThrownBy(() -> ResilienceReader.read(none)).hasMessageContaining("none.yaml");
    assertThatThrownBy(() -> ResilienceReader.read(broken)).hasMessageContaining("broken.yaml");
  }
}
