package io.tierflow.machine;

/**
 * Names one entry of a run.
 *
 * @param kind what it is
 * @param pipeline its pipeline; empty for entries of the run itself
 * @param stage its stage; empty for entries of the run or a pipeline
 * @param index its element, or {@link TaskKey#WHOLE}
 */
public record EntryKey(Kind kind, String pipeline, String stage, int index) {

  /**
   * The kinds of entries, and what each holds, in the order in which one decision writes them: a
   * for-each before its elements, which can be made anew from it, and the whole after its parts.
   */
  public enum Kind {
    /** The run's input, a {@link Content}: written once. */
    INPUT,
    /** {@link StageRecord} of a stage. */
    STAGE,
    /** {@link StageRecord} of an element of a for-each. */
    ELEMENT,
    /** {@link PipelineRecord}. */
    PIPELINE,
    /** {@link MissingRecord}. */
    MISSING,
    /** {@link RunRecord}. */
    RUN
  }

  // Equality by hand: all of a decision's look-ups go through it.
  @Override
  public boolean equals(Object other) {
    return other instanceof EntryKey o
        && kind == o.kind
        && index == o.index
        && stage.equals(o.stage)
        && pipeline.equals(o.pipeline);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * pipeline.hashCode() + stage.hashCode()) + 31 * kind.hashCode() + index;
  }

  /** The run itself. */
  public static final EntryKey RUN = new EntryKey(Kind.RUN, "", "", TaskKey.WHOLE);

  /** The run's input. */
  public static final EntryKey INPUT = new EntryKey(Kind.INPUT, "", "", TaskKey.WHOLE);

  /** The run's missing completions. */
  public static final EntryKey MISSING = new EntryKey(Kind.MISSING, "", "", TaskKey.WHOLE);

  /** A pipeline. */
  public static EntryKey of(String pipeline) {
    return new EntryKey(Kind.PIPELINE, pipeline, "", TaskKey.WHOLE);
  }

  /** A stage or an element. */
  public static EntryKey of(TaskKey task) {
    return new EntryKey(
        task.isElement() ? Kind.ELEMENT : Kind.STAGE, task.pipeline(), task.stage(), task.index());
  }
}
