/**
 * The flow file: {@link io.tierflow.flow.file.FlowReader} reads it from YAML or JSON and tells
 * every problem with its line and column, {@link io.tierflow.flow.file.FlowWriter} writes it.
 *
 * <p>{@code class}, {@code timeout} and {@code retry} may stand on the flow and on a pipeline too,
 * for all stages within; an inner level overrides an outer one key by key. Anchors and aliases may
 * be used. A file has at most a million characters.
 */
package io.tierflow.flow.file;
