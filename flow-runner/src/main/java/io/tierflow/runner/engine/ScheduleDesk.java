package io.tierflow.runner.engine;

import io.tierflow.flow.Schedule;
import io.tierflow.machine.Content;
import io.tierflow.machine.schedule.DueTimes;
import io.tierflow.machine.schedule.Missed;
import io.tierflow.machine.schedule.ScheduleDecision;
import io.tierflow.machine.schedule.ScheduleEvent;
import io.tierflow.machine.schedule.ScheduleInput;
import io.tierflow.machine.schedule.ScheduleMachine;
import io.tierflow.machine.schedule.ScheduleState;
import io.tierflow.machine.schedule.ScheduleState.Started;
import io.tierflow.machine.schedule.ScheduledAt;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.ScheduleDue;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.UndecodableException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedules of the flows of one partition: asks the machine, keeps what it decided, submits
 * runs, and tells what is missed. A flow's commands are all in one partition, so one runner decides
 * for it. One thread owns it.
 */
final class ScheduleDesk {

  private static final Logger LOG = LoggerFactory.getLogger(ScheduleDesk.class);

  private final Stores stores;
  private final FlowDesk flows;
  private final EngineParts parts;
  private final ScheduleNews news;
  private final ScheduleFlags flags;
  private final Map<String, Known> known = new HashMap<>();

  /** A desk of one partition; takes over what it has. */
  ScheduleDesk(Stores stores, FlowDesk flows, EngineParts parts) {
    this.stores = stores;
    this.flows = flows;
    this.parts = parts;
    this.news = new ScheduleNews(parts.codec(), parts.topics().events());
    this.flags = new ScheduleFlags(stores.flows(), parts.meters().standing().share());
  }

  /** Takes away what cleared too long ago. */
  void prune(Instant now) {
    flags.prune(now);
  }

  /** The partition is given away. */
  void close() {
    flags.close();
  }

  /** A moment at which a flow's schedule is to be looked at, as it is stored. */
  record Wake(String flow, Instant wakeAt) {

    Command command(Instant now) {
      return new Command(flow, "WAKE " + wakeAt, now, new ScheduleDue(wakeAt));
    }
  }

  /** A version's schedule. */
  private record Known(int version, Optional<Schedule> schedule) {}

  /**
   * Plans by a definition that is about to be the newest version: before it is one, so that what a
   * crash cuts off between the two is made up for when the command comes again. What was known and
   * cannot be read any more is planned anew from now on; its flags go on, so that they clear.
   */
  Effects apply(Command command, String definition) {
    String flow = command.getKey();
    ScheduleDecision decision =
        ScheduleMachine.decide(
            known(flow, command.getAt()),
            schedule(flow, 0, definition).map(schedule -> new DueTimes(flow, schedule)),
            0,
            new ScheduleInput.Applied(command.getCommandId()),
            command.getAt());
    return effects(flow, decision, List.of(), command.getAt());
  }

  /** What follows from an input: what is kept, and then the runs that are submitted. */
  Effects decide(Command command, ScheduleInput input) throws UndecodableException {
    String flow = command.getKey();
    List<FlowVersion> versions = flows.versions(flow);
    int newest = versions.isEmpty() ? 0 : versions.get(versions.size() - 1).getVersion();
    Optional<DueTimes> times =
        versions.isEmpty()
            ? Optional.empty()
            : schedule(flow, versions.get(versions.size() - 1))
                .map(schedule -> new DueTimes(flow, schedule));
    ScheduleDecision decision =
        ScheduleMachine.decide(state(flow), times, newest, input, command.getAt());
    List<Outgoing> submit = new ArrayList<>();
    for (Started run : decision.submit()) {
      FlowVersion version = version(flow, versions, run.version());
      submit.add(
          Outgoing.command(
              parts.codec(), parts.topics(), submit(flow, version, run.due(), command.getAt())));
    }
    Effects decided = effects(flow, decision, submit, command.getAt());
    return send -> {
      if (input instanceof ScheduleInput.Woken woken) {
        stores.deadlines().delete(StoreKeys.wake(flow, woken.wakeAt()));
      }
      decided.carryOut(send);
    };
  }

  /**
   * A waking cannot be decided, so nothing of the schedule is run: flagged, unless a flag stands,
   * until something of it is done. It comes again every hour.
   */
  Effects undecided(Command command, ScheduleDue waking) {
    String flow = command.getKey();
    Instant at = command.getAt();
    Optional<ScheduleState> readable = readable(flow);
    ScheduleState flagged =
        readable
            .orElseGet(() -> ScheduleState.lost(at, flags.of(flow)))
            .undecided(waking.getWakeAt(), at, command.getCommandId());
    List<Missed> missed = flagged.watched().missed();
    List<ScheduleEvent> told =
        missed.stream()
            .filter(flag -> flag.isOpen() && flag.since().equals(at))
            .<ScheduleEvent>map(ScheduleEvent.Flagged::new)
            .toList();
    return send -> {
      if (readable.isPresent()) { // else it stays as it is, for whoever can read it
        stores.flows().put(StoreKeys.schedule(flow), EntryCodec.encode(flagged));
      }
      flags.keep(flow, missed, at);
      news.of(flow, told).forEach(send);
      parts.meters().told(told, at);
    };
  }

  private Effects effects(
      String flow, ScheduleDecision decision, List<Outgoing> submit, Instant at) {
    List<Outgoing> told = news.of(flow, decision.told());
    return send -> {
      keep(flow, decision, at);
      submit.forEach(send);
      told.forEach(send);
      parts.meters().told(decision.told(), at);
    };
  }

  // A submission that comes again long after may find its version gone. A run that is there keeps
  // to its own; one that was lost begins by the newest, rather than never.
  private static FlowVersion version(String flow, List<FlowVersion> versions, int number) {
    if (versions.isEmpty()) {
      throw new IllegalStateException(
          "flow " + flow + ": a run is due, and no version is known to run; apply the flow again");
    }
    return versions.stream()
        .filter(version -> version.getVersion() == number)
        .findFirst()
        .orElseGet(() -> versions.get(versions.size() - 1));
  }

  private Command submit(String flow, FlowVersion version, Instant due, Instant at) {
    byte[] input =
        schedule(flow, version)
            .map(schedule -> schedule.input().toString())
            .orElse("{}")
            .getBytes(StandardCharsets.UTF_8);
    SubmitRun body =
        new SubmitRun(
            flow,
            version.getVersion(),
            version.getDefinition(),
            parts.outbound().payload(Content.json(input)),
            ScheduledAt.labels(due),
            null,
            parts.learned().classes(flow),
            null);
    return new Command(ScheduledRuns.id(flow, due), "SUBMIT", at, body);
  }

  private void keep(String flow, ScheduleDecision decision, Instant at) {
    decision
        .state()
        .ifPresent(
            state -> {
              stores.flows().put(StoreKeys.schedule(flow), EntryCodec.encode(state));
              flags.keep(flow, state.watched().missed(), at);
            });
    decision
        .wakeAt()
        .ifPresent(
            wakeAt ->
                stores
                    .deadlines()
                    .put(StoreKeys.wake(flow, wakeAt), EntryCodec.encode(new Wake(flow, wakeAt))));
    decision
        .leftOut()
        .forEach(
            out ->
                LOG.info(
                    "flow {}: no run for what was due from {} until before {}: {}",
                    flow,
                    out.first(),
                    out.before(),
                    out.reason()));
  }

  private Optional<ScheduleState> state(String flow) {
    byte[] bytes = stores.flows().get(StoreKeys.schedule(flow));
    try {
      return Optional.ofNullable(bytes).map(b -> EntryCodec.decode(b, ScheduleState.class));
    } catch (UncheckedIOException e) {
      throw new UnreadableScheduleException(flow, e);
    }
  }

  private Optional<ScheduleState> readable(String flow) {
    try {
      return state(flow);
    } catch (UnreadableScheduleException e) {
      LOG.debug("it was set aside with this reason", e);
      return Optional.empty();
    }
  }

  private Optional<ScheduleState> known(String flow, Instant at) {
    try {
      return state(flow);
    } catch (UnreadableScheduleException e) {
      LOG.error("flow {}: its schedule is planned anew, as of {}", flow, at, e);
      return Optional.of(ScheduleState.lost(at, flags.of(flow)));
    }
  }

  /** What is known of a schedule cannot be read: by a damage, or since a newer runner wrote it. */
  private static final class UnreadableScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableScheduleException(String flow, UncheckedIOException cause) {
      super(
          "the schedule of flow "
              + flow
              + " cannot be read, and nothing of it is run: apply the flow again to plan it anew ("
              + cause.getMessage()
              + ")",
          cause);
    }
  }

  private Optional<Schedule> schedule(String flow, FlowVersion version) {
    Known last = known.get(flow);
    if (last == null || last.version() != version.getVersion()) {
      last =
          new Known(
              version.getVersion(), schedule(flow, version.getVersion(), version.getDefinition()));
      known.put(flow, last);
    }
    return last.schedule();
  }

  private static Optional<Schedule> schedule(String flow, int version, String definition) {
    return FlowDesk.parse(flow, version, definition).flow().schedule();
  }
}
