package io.tierflow.runner;

import io.tierflow.client.ClassView;
import io.tierflow.client.FlowView;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.client.PauseView;
import io.tierflow.client.PoolView;
import io.tierflow.client.ReplayPreview;
import io.tierflow.client.ReplayRequest;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Priority;
import io.tierflow.runner.expect.ExpectationService;
import io.tierflow.runner.letters.BulkReplay;
import io.tierflow.runner.letters.LetterSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a runner does for its users: the seam between the ways in (HTTP, command line) and the
 * engine that keeps the runs. Implementations are thread-safe; every method may wait for Kafka, but
 * no longer than a few seconds.
 */
public interface RunService {

  /**
   * Makes this the newest version of its flow; applying what is already the newest changes nothing.
   *
   * @return the version that now stands, visible to every later call on this runner
   * @throws UnavailableException if Kafka did not take it in time
   */
  FlowView apply(Flow flow);

  /** The newest version of every flow, by name. */
  List<FlowView> flows();

  /** The newest version of one flow. */
  Optional<FlowView> flow(String name);

  /**
   * Submits a run of the newest version of a flow. Once this returns, the run is in Kafka.
   *
   * @param input the run's input as JSON bytes
   * @param idempotencyKey with the same flow and key, the same run: a second call starts nothing
   * @param priority which runs go first where many wait for a class; empty for the flow's
   * @return the run's id
   * @throws java.util.NoSuchElementException if there is no such flow
   * @throws UnavailableException if Kafka did not take it in time
   */
  String submit(
      String flow,
      byte[] input,
      Map<String, String> labels,
      Optional<String> idempotencyKey,
      Optional<Priority> priority);

  /** The same with its flow's priority. */
  default String submit(
      String flow, byte[] input, Map<String, String> labels, Optional<String> idempotencyKey) {
    return submit(flow, input, labels, idempotencyKey, Optional.empty());
  }

  /**
   * Lists runs, newest first: never only some of the runners' runs.
   *
   * @param filter which runs, and how many
   * @throws IllegalArgumentException if the cursor is not one that this method gave
   * @throws UnavailableException while the runs of some partition cannot be read
   */
  Page<RunSummary> runs(RunFilter filter);

  /**
   * Lists runs that live on this runner, newest first: what another runner asks for. A runner
   * without others has them all.
   *
   * @param partitions of which partitions
   * @throws IllegalArgumentException if the cursor is not one that this method gave
   * @throws UnavailableException if one of the partitions is not here, or no longer
   */
  default Page<RunSummary> localRuns(RunFilter filter, Set<Integer> partitions) {
    return runs(filter);
  }

  /**
   * Lists the completions that are missing now, newest first.
   *
   * @throws IllegalArgumentException if the cursor is not one that this method gave
   * @throws UnavailableException while the runs of some partition cannot be read
   */
  Page<MissingCompletion> missing(MissingFilter filter);

  /**
   * Lists those of runs that live on this runner: what another runner asks for. A runner without
   * others has them all.
   *
   * @param partitions of which partitions
   * @throws IllegalArgumentException if the cursor is not one that this method gave
   * @throws UnavailableException if one of the partitions is not here, or no longer
   */
  default Page<MissingCompletion> localMissing(MissingFilter filter, Set<Integer> partitions) {
    return missing(filter);
  }

  /**
   * One run, wherever in the cluster of runners it lives.
   *
   * @throws UnavailableException if the runner that owns it cannot be reached
   */
  Optional<RunView> run(String id);

  /** What to say of a run that is not there: perhaps it is past its retention. */
  default String unknownRun(String id) {
    return "no such run: " + id;
  }

  /**
   * One run, if there is one, by the runner that keeps it: what another runner asks for.
   *
   * @throws UnavailableException if another runner keeps it
   */
  default Optional<RunView> localRun(String id) {
    return run(id);
  }

  /**
   * Replays a run that has ended, as a new run of the same version that reuses what had succeeded
   * and does not come after what is done again. The same request again is the same run.
   *
   * @return the new run's id
   * @throws java.util.NoSuchElementException if there is no such run
   * @throws RefusedException if the run has not ended, or there is nothing to be done again
   * @throws IllegalArgumentException if the flow has no such stage, the class is not known, or an
   *     input is given for several stages
   * @throws UnavailableException if Kafka, or the runner that keeps the run, does not answer
   */
  String replay(String runId, ReplayRequest request);

  /** What {@link #replay} would send; sends nothing. Throws as that does. */
  ReplayPreview previewReplay(String runId, ReplayRequest request);

  /**
   * The same for a run that lives on this runner: what another runner asks for.
   *
   * @throws UnavailableException if another runner keeps it
   */
  default String localReplay(String runId, ReplayRequest request) {
    return replay(runId, request);
  }

  /** As {@link #localReplay}, of {@link #previewReplay}. */
  default ReplayPreview localReplayPreview(String runId, ReplayRequest request) {
    return previewReplay(runId, request);
  }

  /**
   * Cancels, pauses or resumes a run. Once this returns the command is in Kafka, and within two
   * seconds also to be seen.
   *
   * @throws java.util.NoSuchElementException if there is no such run
   * @throws RefusedException if the run has ended
   * @throws UnavailableException if Kafka, or the runner that keeps the run, does not answer
   */
  void control(String runId, RunControl control);

  /** The flows and classes that are paused, everywhere. */
  default List<PauseView> pauses() {
    return List.of();
  }

  /**
   * Pauses a flow or lets it go on, for all runners: of its runs, those to come included, nothing
   * new is sent meanwhile. Once this returns it is in Kafka, and this runner acts on it; the others
   * do within moments.
   *
   * @return what now holds; its time is null once the flow goes on
   * @throws java.util.NoSuchElementException if there is no such flow
   * @throws UnavailableException if Kafka did not take it in time
   */
  PauseView pauseFlow(String flow, boolean paused);

  /**
   * The same for a resource class: nothing new is sent to it. What is in its topic already is
   * worked.
   *
   * @throws java.util.NoSuchElementException if no such class is known
   * @throws UnavailableException if Kafka did not take it in time
   */
  PauseView pauseClass(String resourceClass, boolean paused);

  /** What a user may ask of a run that goes on. */
  sealed interface RunControl {
    /** End it. */
    record Cancel(String reason) implements RunControl {}

    /** Send nothing new. */
    record Pause() implements RunControl {}

    /** Go on. */
    record Resume() implements RunControl {}
  }

  /** What is expected of work that was started elsewhere. */
  ExpectationService expectations();

  /** What earlier runs have taught of the memory that stages need. */
  LearnedTiers learned();

  /** The dead letters of every run, whichever runner has it. */
  LetterSource deadLetters();

  /**
   * Sends a part of the dead letters again; the same request again sends nothing.
   *
   * @throws IllegalArgumentException if the cursor is not one of an earlier answer
   * @throws UnavailableException if Kafka or another runner does not answer
   */
  Page<ReplayedLetter> replayDeadLetters(BulkReplay.Request request);

  /** The live workers, by class and name. */
  List<PoolView> pools();

  /** The same by class, with what waits for each. */
  List<ClassView> poolClasses();

  /** The resource classes a flow may name: the configured ones and those pools have announced. */
  Set<String> knownClasses();

  /**
   * The handlers a stage may name, by its lane: those that workers of its class and launcher have
   * announced within the last day. A lane that no worker has announced has no entry.
   */
  Map<String, Set<String>> knownHandlers();

  /** Whether runs are being taken and advanced here. */
  Readiness readiness();

  /** What on this machine keeps it from being ready, for a person; empty if nothing known does. */
  default Optional<String> hindrance() {
    return Optional.empty();
  }

  /** Whether runs are being taken and advanced here, or why not. */
  enum Readiness {
    /** They are. */
    READY("ready"),
    /** Runs come from another runner, or from Kafka after a start: they are on their way here. */
    RESTORING("restoring: this runner's runs are being read from Kafka"),
    /** The engine failed, or was cut off from Kafka, and starts anew by itself. */
    RESTARTING("restarting after a failure, or cut off from Kafka");

    private final String words;

    Readiness(String words) {
      this.words = words;
    }

    /** One line for a person. */
    public String words() {
      return words;
    }
  }

  /** A run is not in a state in which this can be done. */
  final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what was found and what was expected. */
    public RefusedException(String message) {
      super(message);
    }
  }

  /** The engine or Kafka cannot answer now; trying again later may help. */
  final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what could not be reached. */
    public UnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
