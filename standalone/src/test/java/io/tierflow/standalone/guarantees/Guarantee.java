package io.tierflow.standalone.guarantees;

import io.tierflow.client.RunView;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageTask;
import java.util.List;

/**
 * One promise. It sees whatever concerns it, each kind of thing in the order of its topic, and says
 * at the end where the promise was broken. Used by one thread.
 */
interface Guarantee {

  /** A run that a client was given the id of. */
  default void submitted(Submission submission) {}

  /** A record of a task topic. */
  default void dispatched(StageTask task) {}

  /** A record of the results topic: a start, a heartbeat or a success. */
  default void replied(StageResult result) {}

  /** A record of the errors topic. */
  default void failed(StageFailed failed) {}

  /** An event of the public log. */
  default void happened(LoggedEvent event) {}

  /** A dead letter. */
  default void setAside(DeadLetter letter) {}

  /** A run as the API shows it after all faults. */
  default void shown(RunView run) {}

  /** Where the promise was broken, a sentence each; empty if it was kept. */
  List<String> violations();
}
