package io.tierflow.standalone.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.client.RunView;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.handler.Handlers;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageHandler;
import io.tierflow.runner.SubmitLimits;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.runner.engine.RunnerEngine;
import io.tierflow.testkafka.KafkaTest;
import io.tierflow.testkafka.TestKafka;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.worker.Worker;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.WorkerConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is larger than a Kafka record, through a real broker, engine and worker. */
@KafkaTest
class LargePayloadTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path folder;
  private static TestKafka broker;
  private static RunnerEngine engine;
  private static Worker worker;

  private interface Body {
    Object handle(JsonNode input, StageContext context) throws Exception;
  }

  private record Named(String name, Body body) implements StageHandler<JsonNode, Object> {
    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      return body.handle(input, context);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    broker = TestKafka.start(folder.resolve("broker"));
    engine =
        RunnerEngine.start(
            new EngineConfig(
                broker.bootstrap(),
                "tierflow.",
                folder.resolve("runner"),
                "http://127.0.0.1:1",
                Set.of("small"),
                0,
                Map.of()),
            InstantSource.system(),
            new SimpleMeterRegistry());
    worker =
        new Worker(
            WorkerConfig.builder()
                .bootstrap(broker.bootstrap())
                .resourceClass("small")
                .slots(4)
                .build(),
            Handlers.of(
                List.of(
                    new Named("text", (in, to) -> "x".repeat(to.config().get("size").asInt())),
                    new Named("length", (in, to) -> in.asText().length()),
                    new Named("size", (in, to) -> in.size()),
                    new Named("same", (in, to) -> in),
                    new Named(
                        "fail",
                        (in, to) -> {
                          throw new IllegalStateException("y".repeat(5_000_000));
                        }))),
            new SingleObjectCodec(),
            new WorkerClock(InstantSource.system(), System::nanoTime));
    worker.start();
  }

  @AfterAll
  static void stop() throws Exception {
    worker.close();
    engine.close();
    broker.close();
  }

  @Test
  void anOutputOfTwoMebibytesFeedsTheNextStage() {
    RunView run =
        run(
            "two",
            "{}",
            "{stage: make, handler: text, with: {size: 2097152}, class: small}",
            "{stage: take, handler: length, class: small}");
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(run.output().get("p").asInt()).isEqualTo(2_097_152);
  }

  @Test
  void aListOfThreeMebibytesGoesThroughAForEach() {
    String list = "[" + ("\"" + "e".repeat(1024) + "\",").repeat(2999) + "\"\"]";
    RunView run =
        run(
            "each",
            list,
            "{stage: one, handler: same, class: small, for-each: true}",
            "{stage: all, handler: size, class: small}");
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(run.output().get("p").asInt()).isEqualTo(3000);
  }

  @Test
  void anElementPastTheLimitAndOnesJustBelowItAreKept() {
    String list = "[\"" + "a".repeat(3_000_000) + "\",\"" + "b".repeat(520_000) + "\"]";
    RunView run = run("wide", list, "{stage: one, handler: same, class: small, for-each: true}");
    assertThat(run.state()).isEqualTo("SUCCEEDED");
    assertThat(run.output().get("p").get(0).asText())
        .as("shown, not fetched")
        .startsWith("(application/json, 3000002 bytes, kafka:");
    assertThat(run.output().get("p").get(1).asText()).hasSize(520_000);
  }

  @Test
  void aHugeFailureOfALargeInputEndsTheRunAndTheEngineGoesOn() {
    String input = "\"" + "i".repeat(524_000) + "\"";
    RunView run =
        run(
            "fail",
            input,
            "{stage: f, handler: fail, class: small, retry: {attempts: 12, backoff: 1ms..2ms}}");
    assertThat(run.state()).isEqualTo("FAILED");
    assertThat(run("after", "{}", "{stage: s, handler: same, class: small}").state())
        .isEqualTo("SUCCEEDED");
  }

  @Test
  void labelsAndDefinitionsThatWouldNotFitAreRefused() {
    run("small-one", "{}", "{stage: s, handler: same, class: small}");
    Map<String, String> labels = Map.of("k", "v".repeat(1 << 20));
    assertThatThrownBy(() -> engine.submit("small-one", json("{}"), labels, Optional.empty()))
        .hasMessage(
            "labels: found 1048577 bytes in keys and values, expected at most "
                + SubmitLimits.MAX_LABELS_BYTES);
    String with = "{stage: s, handler: same, class: small, with: {t: " + "w".repeat(300_000) + "}}";
    assertThatThrownBy(() -> run("large", "{}", with))
        .hasMessageContaining("expected at most " + SubmitLimits.MAX_DEFINITION_BYTES);
  }

  private static RunView run(String flow, String input, String... stages) {
    String text =
        "flow: "
            + flow
            + "\npipelines:\n  p:\n    stages:\n      - "
            + String.join("\n      - ", stages)
            + "\n";
    engine.apply(FlowReader.read(flow, text, Catalog.UNCHECKED));
    String id = engine.submit(flow, json(input), Map.of(), Optional.empty());
    return await()
        .atMost(LIMIT)
        .until(
            () -> engine.run(id),
            run -> run.isPresent() && Set.of("SUCCEEDED", "FAILED").contains(run.get().state()))
        .orElseThrow();
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
