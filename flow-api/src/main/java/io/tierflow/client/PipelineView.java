package io.tierflow.client;

import java.util.List;

/** One pipeline of a run, as the HTTP API shows it. */
public record PipelineView(String name, String state, List<String> after, List<StageView> stages) {}
