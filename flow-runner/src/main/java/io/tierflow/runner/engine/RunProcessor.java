package io.tierflow.runner.engine;

import io.tierflow.machine.Input;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunMachine;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.schedule.ScheduleInput;
import io.tierflow.schemas.ApplyFlow;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadlineReached;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.PoolChanged;
import io.tierflow.schemas.ReleaseRun;
import io.tierflow.schemas.ScheduleDue;
import io.tierflow.schemas.ScheduledRunEnded;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.payload.PayloadException;
import io.tierflow.wire.topics.TopicNames;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads commands, results and errors of one partition. The stream thread that owns the partition
 * owns this, so no locks are needed.
 *
 * <p>Nothing read here is dropped: what cannot be decoded, or decided, goes to the dead letters.
 */
final class RunProcessor implements Processor<byte[], byte[], byte[], Outgoing> {

  private static final Logger LOG = LoggerFactory.getLogger(RunProcessor.class);

  private final EngineParts parts;
  private final WireCodec codec;
  private final TopicNames topics;
  private final InstantSource clock;
  private final SetAside aside;

  private ProcessorContext<byte[], Outgoing> context;
  private Timers timers;
  private DuePosts posts;
  private KeptRuns.Share kept;
  private MissingStore missing;
  private PoolWatch pools;
  private TimesDesk times;
  private HoldWatch holds;
  private TurnDesk turns;
  private RunDesk runs;
  private FlowDesk flows;
  private ScheduleDesk schedules;
  private ExpectDesk expectations;
  private LatelySubmitted submitted;

  RunProcessor(EngineParts parts) {
    this.parts = parts;
    this.codec = parts.codec();
    this.topics = parts.topics();
    this.clock = parts.clock();
    this.aside = new SetAside(parts);
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> processorContext) {
    context = processorContext;
    Stores stores = Stores.of(context);
    missing = new MissingStore(stores.missing(), parts.meters().standing().share());
    pools = new PoolWatch(parts.pools());
    kept = parts.meters().kept().share();
    holds = new HoldWatch(parts.pauses());
    turns = new TurnDesk(parts.turns().share(context.taskId().partition(), clock.millis()), clock);
    flows = new FlowDesk(stores, codec, topics.flows());
    OpenRuns.Watches watches = new OpenRuns.Watches(missing, pools, holds, turns);
    kept.add(OpenRuns.tell(new OpenRuns.Source(stores, flows), watches));
    times = new TimesDesk(context.taskId().partition(), parts);
    runs = new RunDesk(stores, parts, new RunDesk.Told(missing, pools, holds, turns, times, kept));
    submitted = new LatelySubmitted();
    timers = new Timers(stores.deadlines(), runs::run, this::isAccountedFor, parts.servedUpTo());
    schedules = new ScheduleDesk(stores, flows, parts);
    expectations =
        new ExpectDesk(
            stores, new ExpectNews(codec, topics.events()), parts.answers(), parts.meters());
    posts = new DuePosts(parts, context, timers, watches, times);
    posts.schedule();
    context.schedule(Lingering.TICK, PunctuationType.WALL_CLOCK_TIME, time -> pruneCleared());
    parts.retention().map(retention -> new RemovalTimers(stores, retention)).ifPresent(this::step);
  }

  private void step(RemovalTimers removals) {
    context.schedule(RemovalTimers.TICK, PunctuationType.WALL_CLOCK_TIME, time -> removals.step());
  }

  @Override
  public void close() {
    kept.close();
    missing.close();
    schedules.close();
    expectations.close();
    turns.close();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    long time = clock.millis();
    // Outside of any catch: what is thrown in here may be about another record, sent earlier, and
    // Kafka Streams has to hear of it before it commits.
    effects(from, record)
        .carryOut(
            outgoing -> {
              byte[] key = outgoing.key() == null ? record.key() : outgoing.key();
              context.forward(new Record<>(key, outgoing, time));
            });
    if (turns.isAnyDue()) {
      posts.turns();
    }
  }

  private Effects effects(RecordMetadata from, Record<byte[], byte[]> record) {
    try {
      return decide(from.topic(), record);
    } catch (UndecodableException e) {
      return setAside(from, record, FailureKind.UNDECODABLE, e);
    } catch (ExpectDesk.NotExpectedException e) {
      return aside.of(from, record, FailureKind.INVALID_INPUT, e);
    } catch (PayloadException.Unavailable | RegistryException | KafkaException e) {
      throw e; // a payload, a schema or the state is out of reach: stop, and read this record again
    } catch (RuntimeException e) {
      // A bug, or state that cannot be read. One run must not stop all others of its partition.
      LOG.error("{}-{}@{} could not be decided", from.topic(), from.partition(), from.offset(), e);
      return setAside(from, record, FailureKind.HANDLER_ERROR, e);
    }
  }

  // A command that this partition posted itself would be posted again, set aside again, and so on.
  private Effects setAside(
      RecordMetadata from, Record<byte[], byte[]> record, FailureKind kind, Exception why) {
    Effects letter = aside.of(from, record, kind, why);
    Optional<Command> posted =
        from.topic().equals(topics.commands()) ? readable(record.value()) : Optional.empty();
    return send -> {
      letter.carryOut(send);
      posted.ifPresent(command -> quiet(command, send));
    };
  }

  private Optional<Command> readable(byte[] command) {
    try {
      return Optional.of(codec.decode(topics.commands(), command, Command.class));
    } catch (UndecodableException e) {
      LOG.debug("this runner did not post what it cannot read", e);
      return Optional.empty();
    }
  }

  private void quiet(Command undecided, Consumer<Outgoing> send) {
    timers.putOff(undecided, parts.now());
    if (undecided.getBody() instanceof ScheduleDue due) {
      schedules.undecided(undecided, due).carryOut(send);
    } else if (undecided.getBody() instanceof ReleaseRun) {
      holds.forget(undecided.getKey());
      turns.forget(undecided.getKey());
    } else if (undecided.getBody() instanceof PoolChanged pool) {
      PoolWatch.Need need =
          new PoolWatch.Need(pool.getResourceClass(), pool.getHandler(), pool.getMemoryBytes());
      pools.putOff(undecided.getKey(), need, pool.getPresent(), parts.now());
    }
  }

  private Effects decide(String topic, Record<byte[], byte[]> record) throws UndecodableException {
    if (topic.equals(topics.commands())) {
      Command command = codec.decode(topic, record.value(), Command.class);
      timers.back(command);
      return command(command);
    }
    if (topic.equals(topics.results())) {
      StageResult result = codec.decode(topic, record.value(), StageResult.class);
      return decide(result.getRunId(), Inbound.result(result), parts.now());
    }
    StageFailed failed = codec.decode(topic, record.value(), StageFailed.class);
    return decide(failed.getRunId(), Inbound.error(failed), parts.now());
  }

  // By the time of the command, never of this reading: who reads it again after a crash, seconds
  // later, is to decide the same.
  private Effects command(Command command) throws UndecodableException {
    if (command.getBody() instanceof ApplyFlow apply) {
      Effects planned = schedules.apply(command, apply.getDefinition());
      Effects applied = flows.apply(command.getKey(), apply, command.getAt());
      return send -> {
        planned.carryOut(send);
        applied.carryOut(send);
      };
    }
    if (ExpectRecords.isExpectation(command.getBody())) {
      return expectations.decide(command);
    }
    if (command.getBody() instanceof ScheduleDue due) {
      return schedules.decide(command, new ScheduleInput.Woken(due.getWakeAt()));
    }
    if (command.getBody() instanceof ScheduledRunEnded ended) {
      return schedules.decide(command, ScheduledRuns.input(command.getKey(), ended));
    }
    if (command.getBody() instanceof SubmitRun submit) {
      return submit(command, submit);
    }
    Effects decided = decide(command.getKey(), Inbound.command(command), command.getAt());
    return command.getBody() instanceof DeadlineReached reached && reached.getSubmittedAt() != null
        ? pruned(command.getKey(), reached.getSubmittedAt(), decided)
        : decided;
  }

  // Also when the run is gone already: the list has a changelog of its own, which may be behind.
  private Effects pruned(String runId, Instant submittedAt, Effects decided) {
    return send -> {
      decided.carryOut(send);
      runs.unlist(runId, submittedAt);
    };
  }

  // A submission that comes again may bring a newer version: the run keeps to its own.
  private Effects submit(Command command, SubmitRun submit) throws UndecodableException {
    String runId = command.getKey();
    Input input = Inbound.command(command);
    boolean known = runs.run(runId).isPresent();
    if (known && submitted.contains(runId)) {
      return send -> parts.arrivals().arrived(runId);
    }
    Effects decided =
        known
            ? decide(runId, input, command.getAt())
            : submitNew(command, flows.plan(submit), (Input.Submit) input);
    return send -> {
      if (!known) {
        flows.keep(submit);
        kept.add(1);
      }
      decided.carryOut(send);
      submitted.add(runId); // last: what could not be carried out to its end is tried again
      parts.arrivals().arrived(runId);
    };
  }

  private Effects submitNew(Command command, Plan plan, Input.Submit input) {
    return runs.decide(
        command.getKey(), plan, parts.times().withBudgets(plan, input), command.getAt());
  }

  private Effects decide(String runId, Input input, Instant at) {
    Optional<RunRecord> run = runs.run(runId);
    if (run.isPresent()) {
      Plan plan =
          flows
              .plan(run.get().flow(), run.get().version())
              .orElseThrow(() -> new IllegalStateException("run " + runId + " has lost its flow"));
      return runs.decide(runId, plan, input, at);
    }
    if (input instanceof Input.DeadlineReached reached) {
      return send -> runs.forget(runId, reached.deadline());
    }
    LOG.warn("run {} is not known here: it cannot take {}", runId, input);
    return send -> parts.meters().unknownRun();
  }

  private void pruneCleared() {
    missing.prune(parts.now());
    schedules.prune(parts.now());
    expectations.prune(parts.now());
  }

  // What cannot be read is posted as well: where it is decided, it is set aside with its reason.
  private boolean isAccountedFor(String runId) {
    try {
      return runs.run(runId)
          .flatMap(run -> flows.plan(run.flow(), run.version()))
          .filter(plan -> RunMachine.isAccountedFor(plan, runs.entries(runId)))
          .isPresent();
    } catch (UncheckedIOException e) {
      LOG.error("run {} cannot be read", runId, e);
      return false;
    }
  }
}
