package io.tierflow.flow.builder;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** Says the stages of a parallel block. Not thread-safe. */
public final class ParallelBuilder {

  private final ArrayNode stages;

  ParallelBuilder(ArrayNode stages) {
    this.stages = stages;
  }

  /** One of the stages; go on with {@link ParallelStage#and()}. */
  public ParallelStage stage(String name) {
    ParallelStage stage = new ParallelStage(this, name);
    stages.add(stage.json());
    return stage;
  }

  /** A stage beside others. */
  public static final class ParallelStage extends StageBuilder<ParallelStage> {

    private final ParallelBuilder block;

    private ParallelStage(ParallelBuilder block, String name) {
      super(name);
      this.block = block;
    }

    /** What stands beside this stage. */
    public ParallelBuilder and() {
      return block;
    }

    @Override
    ParallelStage self() {
      return this;
    }
  }
}
