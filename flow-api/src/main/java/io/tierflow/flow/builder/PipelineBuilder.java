package io.tierflow.flow.builder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.function.Consumer;

/** Says a pipeline: what it waits for, then its stages in order. Not thread-safe. */
public final class PipelineBuilder extends SettingsBuilder<PipelineBuilder> {

  private final ArrayNode stages = json().putArray("stages");

  PipelineBuilder() {}

  /** Starts only after these pipelines have succeeded. */
  public PipelineBuilder after(String... pipelines) {
    ArrayNode after = json().withArray("/after");
    for (String pipeline : pipelines) {
      after.add(pipeline);
    }
    return this;
  }

  /** The next stage; go on with {@link PipelineStage#then()}. */
  public PipelineStage stage(String name) {
    PipelineStage stage = new PipelineStage(this, name);
    stages.add(stage.json());
    return stage;
  }

  /** The next stages, side by side on the same input. */
  public PipelineBuilder parallel(Consumer<ParallelBuilder> says) {
    says.accept(new ParallelBuilder(stages.addObject().putArray("parallel")));
    return this;
  }

  @Override
  PipelineBuilder self() {
    return this;
  }

  /** A stage that follows on the one before. */
  public static final class PipelineStage extends StageBuilder<PipelineStage> {

    private final PipelineBuilder pipeline;

    private PipelineStage(PipelineBuilder pipeline, String name) {
      super(name);
      this.pipeline = pipeline;
    }

    /** What comes after this stage. */
    public PipelineBuilder then() {
      return pipeline;
    }

    @Override
    PipelineStage self() {
      return this;
    }
  }
}
