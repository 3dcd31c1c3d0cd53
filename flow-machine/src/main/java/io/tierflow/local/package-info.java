/**
 * Flows in unit tests: the same flow and the same handlers, in one JVM, with no broker and no
 * waiting.
 *
 * <h2>Getting started</h2>
 *
 * <pre>{@code
 * class WeatherFlowTest {
 *
 *   private final Flow flow = FlowReader.read("weather.yaml", text, Catalog.UNCHECKED);
 *   private final LocalRunner runner = LocalRunner.with(new Fetch(), new Store(), new FitModel());
 *
 *   @Test
 *   void theModelIsFittedOnTheLargerTierWhenTheSmallerHasNotEnoughMemory() {
 *     runner.fail("report/model", FailureKind.OUT_OF_MEMORY);
 *
 *     LocalRun run = runner.run(flow, "{\"station\": 7}");
 *
 *     assertThat(run.history("report/model"))
 *         .isEqualTo("DISPATCHED#1 FAILED#1 DISPATCHED#2 SUCCEEDED#2");
 *     assertThat(run.stage("report/model").resourceClass()).isEqualTo("large");
 *     assertThat(run.output().at("/report/slope").asDouble()).isEqualTo(0.3, within(0.01));
 *   }
 * }
 * }</pre>
 *
 * <p>A handler that is not the point of a test is replaced by a function, {@code
 * StageHandler.of("http-get", JsonNode.class, (input, context) -> canned)}.
 *
 * <h2>Time</h2>
 *
 * <p>It stands still while a test looks, and jumps to whatever comes next while a run goes on:
 * retries, deadlines and lost workers cost no waiting. {@code runner.takes("report/model",
 * ofMinutes(2))} makes a stage take its time, so that deadlines come and stages overlap; {@code
 * runner.start(flow, input)} with {@link io.tierflow.local.LocalRun#advance} stops in the midst of
 * a run:
 *
 * <pre>{@code
 * runner.keepWaiting("report/model", Duration.ofHours(1));
 * LocalRun run = runner.start(flow, "{}").advance(Duration.ofMinutes(5));
 * assertThat(run.view().missing()).extracting(MissingView::reason).containsExactly("NOT_PICKED_UP");
 * }</pre>
 */
package io.tierflow.local;
