package io.tierflow.flow;

import java.util.List;

/** One position in a pipeline: a stage, or several side by side. */
public sealed interface Step permits Stage, Parallel {

  /** The stages at this position, in the order of the flow file. */
  List<Stage> stages();
}
