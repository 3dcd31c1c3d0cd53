package io.tierflow.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tierflow.client.AttemptView;
import io.tierflow.client.ElementsView;
import io.tierflow.client.FailureView;
import io.tierflow.client.MissingView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.flow.Failure;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.machine.RunData.InvalidInputException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows a run as the HTTP API and users' tests see it. Pure: it reads entries, nothing else. */
public final class RunViews {

  private final Plan plan;
  private final RunEntries entries;
  private final RunData data;
  private final String runId;

  private RunViews(String runId, Plan plan, RunEntries entries) {
    this.runId = runId;
    this.plan = plan;
    this.entries = entries;
    this.data = new RunData(plan, entries);
  }

  /** The run as it now is; empty when there is none. */
  public static Optional<RunView> of(String runId, Plan plan, RunEntries entries) {
    return entries
        .get(EntryKey.RUN)
        .map(RunRecord.class::cast)
        .map(run -> new RunViews(runId, plan, entries).run(run));
  }

  private RunView run(RunRecord run) {
    return new RunView(
        runId,
        run.flow(),
        run.version(),
        run.state().name(),
        run.labels(),
        run.replayOf(),
        entries.get(EntryKey.INPUT).map(Content.class::cast).map(this::json).orElse(null),
        run.state() == RunState.SUCCEEDED && Audit.isComplete(plan, entries)
            ? json(data.output())
            : null,
        run.submittedAt(),
        run.startedAt(),
        run.endedAt(),
        failure(run.failure()),
        run.stale(),
        missing(),
        plan.flow().pipelines().stream().map(this::pipeline).toList(),
        Budgets.views(run.budgets()),
        run.priority());
  }

  private List<MissingView> missing() {
    return entries
        .get(EntryKey.MISSING)
        .map(MissingRecord.class::cast)
        .orElse(MissingRecord.NONE)
        .flags()
        .stream()
        .map(
            flag ->
                new MissingView(
                    flag.reason().name(),
                    flag.task() == null ? null : flag.task().pipeline(),
                    flag.task() == null ? null : flag.task().stage(),
                    flag.resourceClass(),
                    flag.launcherWord(),
                    flag.since(),
                    flag.clearedAt(),
                    flag.isLack() ? flag.wanted().detail() : null))
        .toList();
  }

  private PipelineView pipeline(Pipeline pipeline) {
    PipelineState state =
        entries
            .get(EntryKey.of(pipeline.name()))
            .map(entry -> ((PipelineRecord) entry).state())
            .orElse(PipelineState.WAITING);
    return new PipelineView(
        pipeline.name(),
        state.name(),
        pipeline.after(),
        pipeline.stages().map(stage -> stage(pipeline, stage)).toList());
  }

  private StageView stage(Pipeline pipeline, Stage stage) {
    TaskKey task = TaskKey.of(pipeline.name(), stage.name());
    StageRecord record =
        entries
            .get(EntryKey.of(task))
            .map(StageRecord.class::cast)
            .orElse(StageRecord.waiting(null));
    StageRecord.Progress progress = record.progress();
    return new StageView(
        stage.name(),
        record.state().name(),
        record.current().map(Attempt::resourceClass).orElseGet(() -> firstClass(task, stage)),
        stage.launcher().word(),
        stage.handler(),
        task.taskId(runId),
        data.output(task).map(this::json).orElse(null),
        record.isReused(),
        null,
        progress == null ? null : progress.fraction(),
        progress == null ? null : progress.message(),
        record.fanOut() == null
            ? null
            : new ElementsView(
                record.fanOut().total(),
                record.fanOut().sent(),
                record.fanOut().succeeded(),
                record.fanOut().failed(),
                heldFor(record)),
        record.fanOut() == null
            ? record.attempts().stream().map(each -> attempt(task, record, each)).toList()
            : span(task, stage, record));
  }

  private static String heldFor(StageRecord record) {
    return record.state().isTerminal() || record.fanOut().heldFor() == null
        ? null
        : record.fanOut().heldFor().name();
  }

  private String firstClass(TaskKey task, Stage stage) {
    return entries
        .get(EntryKey.RUN)
        .map(run -> ((RunRecord) run).classes().get(task.toString()))
        .orElse(stage.resourceClass().name());
  }

  // What was out when its stage ended counts no more, whatever its worker does.
  private AttemptView attempt(TaskKey task, StageRecord record, Attempt attempt) {
    boolean cancelled = record.state().isTerminal() && !attempt.state().isTerminal();
    return new AttemptView(
        attempt.number(),
        cancelled ? StageState.CANCELLED.name() : attempt.state().name(),
        attempt.resourceClass(),
        attempt.worker(),
        attempt.queuedAt(),
        attempt.startedAt(),
        cancelled && attempt.startedAt() != null ? end(task) : attempt.endedAt(),
        attempt.peakMemoryBytes(),
        failure(attempt.failure()),
        cancelled ? null : attempt.hold().map(Hold::name).orElse(null));
  }

  /** When the pipeline of a task ended, or else its run; null while both go on. */
  private Instant end(TaskKey task) {
    return entries
        .get(EntryKey.of(task.pipeline()))
        .map(pipeline -> ((PipelineRecord) pipeline).endedAt())
        .or(() -> entries.get(EntryKey.RUN).map(run -> ((RunRecord) run).endedAt()))
        .orElse(null);
  }

  // A for-each has no attempts of its own. Once it has ended, one stands for all its elements: from
  // the first that was sent to the last that ended. Before that it would cost a look at every one.
  private List<AttemptView> span(TaskKey task, Stage stage, StageRecord record) {
    if (!record.state().isTerminal() || record.fanOut().total() == 0) {
      return List.of();
    }
    Span span = new Span();
    entries.forEachElement(task, (index, element) -> element.attempts().forEach(span::include));
    if (span.queuedAt == null) {
      return List.of(); // a replay reused all of them
    }
    return List.of(
        new AttemptView(
            1,
            record.state().name(),
            stage.resourceClass().name(),
            null,
            span.queuedAt,
            span.startedAt,
            span.endedAt,
            null,
            failure(record.failure())));
  }

  private static FailureView failure(Failure failure) {
    return failure == null
        ? null
        : new FailureView(failure.kind().name(), failure.message(), failure.detail());
  }

  // What is not JSON is shown as what it is called.
  private JsonNode json(Content content) {
    try {
      return data.json(content);
    } catch (InvalidInputException e) {
      return TextNode.valueOf("(" + content.contentType() + ", " + content.size() + " bytes)");
    }
  }

  private static final class Span {
    private Instant queuedAt;
    private Instant startedAt;
    private Instant endedAt;

    void include(Attempt attempt) {
      queuedAt = earlier(queuedAt, attempt.queuedAt());
      startedAt = earlier(startedAt, attempt.startedAt());
      endedAt =
          attempt.endedAt() == null || (endedAt != null && endedAt.isAfter(attempt.endedAt()))
              ? endedAt
              : attempt.endedAt();
    }

    private static Instant earlier(Instant a, Instant b) {
      return b == null || (a != null && a.isBefore(b)) ? a : b;
    }
  }
}
