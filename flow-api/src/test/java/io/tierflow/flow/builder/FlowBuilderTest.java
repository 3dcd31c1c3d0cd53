package io.tierflow.flow.builder;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.flow.Cron;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.flow.file.InvalidFlowException;
import io.tierflow.flow.file.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowBuilderTest {

  @Test
  void saysTheSameAsTheFile() {
    Flow built =
        Flow.named("weather")
            .deadline(ofMinutes(10))
            .on("small")
            .lostAfter(ofSeconds(5))
            .pipeline(
                "source",
                p ->
                    p.stage("fetch")
                        .handler("http-get")
                        .with("url", "http://x")
                        .with("headers", Map.of("a", List.of(1, 2.5)))
                        .then()
                        .stage("clean")
                        .handler("clean")
                        .autoQueue()
                        .autoRun()
                        .forEachElement(7, false)
                        .when("valid"))
            .pipeline(
                "report",
                p ->
                    p.after("source")
                        .attempts(2)
                        .rate(5, ofSeconds(30))
                        .jitter(0.25)
                        .stage("model")
                        .handler("fit")
                        .on("large")
                        .startsWithin(ofMinutes(1))
                        .runsAtMost(ofMinutes(10))
                        .takesAtMost(ofMinutes(30))
                        .handedOverAfter(Duration.ZERO)
                        .attempts(4)
                        .backoff(ofSeconds(1), ofSeconds(60))
                        .notOn(FailureKind.TIMED_OUT)
                        .onOutOfMemory("xlarge")
                        .rate(20, ofMinutes(1))
                        .memory(300L << 20)
                        .by(Launcher.IN_PROCESS)
                        .then()
                        .parallel(
                            side ->
                                side.stage("send")
                                    .handler("http-post")
                                    .forEachElement()
                                    .and()
                                    .stage("keep")
                                    .handler("file-store")
                                    .with("path", Path.of("out", "report.json"))))
            .build();

    assertThat(built)
        .isEqualTo(
            FlowReader.read(
                "flow.yaml",
                """
                flow: weather
                deadline: 10m
                class: small
                timeout: {heartbeat: 5s}
                pipelines:
                  source:
                    stages:
                      - {stage: fetch, handler: http-get, with: {url: "http://x", headers: {a: [1, 2.5]}}}
                      - stage: clean
                        handler: clean
                        timeout: {queue: auto, run: auto}
                        for-each: {concurrency: 7, fail-fast: false}
                        when: valid
                  report:
                    after: [source]
                    retry: {attempts: 2, jitter: 0.25}
                    rate: {calls: 5, per: 30s}
                    stages:
                      - stage: model
                        handler: fit
                        class: large
                        launcher: in-process
                        timeout: {queue: 1m, run: 10m, total: 30m, hand-over: 0s}
                        retry: {attempts: 4, backoff: 1s..60s, not-on: [TIMED_OUT]}
                        on-out-of-memory: xlarge
                        rate: 20/m
                        memory: 300m
                      - parallel:
                          - {stage: send, handler: http-post, for-each: true}
                          - {stage: keep, handler: file-store, with: {path: out/report.json}}
                """,
                Catalog.UNCHECKED));
  }

  @Test
  void tellsTheSameProblemsWithPathsInsteadOfLines() {
    FlowBuilder builder =
        Flow.named("f")
            .deadline(ofSeconds(-1))
            .pipeline("p", p -> p.after("q").stage("s").handler("ecko").on("lrage"))
            .pipeline("p", p -> p.stage("s").handler("echo").on("small"))
            .pipeline("empty", p -> {});
    Catalog catalog = Catalog.of(Set.of("small", "large"), Set.of("echo"));

    InvalidFlowException e =
        catchThrowableOfType(InvalidFlowException.class, () -> builder.build(catalog));

    assertThat(e.problems())
        .extracting(Problem::message)
        .containsExactlyInAnyOrder(
            "Flow.named(\"f\"): pipelines.p: found the key 'p' again, expected each key once",
            "Flow.named(\"f\"): deadline: found 'PT-1S', expected a duration such as 500ms, 1.5s,"
                + " 10m, 2h or 1d, or auto",
            "Flow.named(\"f\"): pipelines.p.stages[0].class: found 'lrage', expected one of large,"
                + " small (did you mean large?)",
            "Flow.named(\"f\"): pipelines.p.stages[0].handler: found 'ecko', expected one of echo"
                + " (did you mean echo?)",
            "Flow.named(\"f\"): pipelines.p.after[0]: found 'q', expected one of the flow's"
                + " pipelines: p, empty",
            "Flow.named(\"f\"): pipelines.empty.stages: found an empty list, expected a list of at"
                + " least one stage");
    assertThat(e.problems()).allMatch(problem -> problem.line() == 0);
  }

  @Test
  void saysAScheduleLikeTheFlowFile() {
    Flow flow =
        Flow.named("f")
            .cron(
                "0 3 * * *",
                kept ->
                    kept.zone(ZoneId.of("Europe/Berlin"))
                        .catchUp(Schedule.CatchUp.ALL)
                        .overlap(Schedule.Overlap.QUEUE)
                        .jitter(Duration.ofSeconds(30))
                        .input(JsonNodeFactory.instance.numberNode(1))
                        .completeWithin(Duration.ofHours(1)))
            .on("small")
            .pipeline("p", p -> p.stage("s").handler("echo"))
            .build();
    assertThat(flow.schedule())
        .contains(
            new Schedule(
                Cron.parse("0 3 * * *", ZoneId.of("Europe/Berlin")),
                Schedule.CatchUp.ALL,
                Schedule.Overlap.QUEUE,
                Duration.ofSeconds(30),
                JsonNodeFactory.instance.numberNode(1),
                Optional.of(Duration.ofHours(1))));
  }
}
