/**
 * Flows: pipelines of stages, each stage bound to a resource class, that is to a tier of hardware.
 *
 * <h2>Getting started</h2>
 *
 * <p>A flow is a file, or the same said in Java:
 *
 * <pre>{@code
 * flow: weather
 * deadline: 10m
 * class: small                       # for every stage that names no other
 * pipelines:
 *   source:
 *     stages:
 *       - {stage: fetch, handler: http-get, with: {url: "http://…"}}
 *       - {stage: store, handler: file-store, with: {path: raw.json}}
 *   report:
 *     after: [source]
 *     stages:
 *       - {stage: model, handler: fit-model, class: large, retry: {attempts: 4}}
 * }</pre>
 *
 * <pre>{@code
 * Flow flow =
 *     Flow.named("weather")
 *         .deadline(Duration.ofMinutes(10))
 *         .on("small")
 *         .pipeline("source", p -> p
 *             .stage("fetch").handler("http-get").with("url", "http://…")
 *             .then().stage("store").handler("file-store").with("path", "raw.json"))
 *         .pipeline("report", p -> p.after("source")
 *             .stage("model").handler("fit-model").on("large").attempts(4))
 *         .build();
 * }</pre>
 *
 * <p>The code of a stage is a {@link io.tierflow.handler.StageHandler}, found by its name:
 *
 * <pre>{@code
 * public final class FitModel implements StageHandler<Observations, Model> {
 *   public String name() {
 *     return "fit-model";
 *   }
 *
 *   public Model handle(Observations input, StageContext context) {
 *     return Model.fitTo(input);
 *   }
 * }
 * }</pre>
 *
 * <p>and a {@link io.tierflow.client.FlowClient} hands the flow to a runner and submits runs of it:
 *
 * <pre>{@code
 * FlowClient client = FlowClient.of(URI.create("http://127.0.0.1:8080"));
 * client.apply(flow);
 * String id = client.submit("weather", input);
 * RunView run = client.await(id, Duration.ofMinutes(10));
 * }</pre>
 *
 * <h2>What flows to where</h2>
 *
 * <ul>
 *   <li>A stage's output is the next one's input.
 *   <li>A pipeline after none gets the run's input; one after others an object from their names to
 *       their outputs.
 *   <li>The output of stages in parallel is an object from their names to their outputs.
 *   <li>A stage with {@code for-each} runs once per element of the incoming list and hands on the
 *       list of the outputs, in the same order.
 *   <li>A stage whose {@code when} is not true is skipped and hands its input on.
 *   <li>The run's output is an object from the last pipelines' names to their outputs.
 * </ul>
 *
 * <p>Everything here is immutable and thread-safe. Flows that come from {@link
 * io.tierflow.flow.file.FlowReader} or the builder are checked; both check the same, and tell all
 * problems at once in an {@link io.tierflow.flow.file.InvalidFlowException}. Editors can check
 * files with {@code flow.schema.json} beside this package's classes.
 */
package io.tierflow.flow;
