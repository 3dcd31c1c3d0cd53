package io.tierflow.runner.engine;

import io.tierflow.flow.Schedule;
import io.tierflow.machine.Content;
import io.tierflow.machine.schedule.DueTimes;
import io.tierflow.machine.schedule.ScheduleDecision;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedules of the flows of one partition: asks the machine, keeps what it decided, and says
 * which runs are to be submitted. A flow's commands are all in one partition, so one runner decides
 * for it. One thread owns it.
 */
final class ScheduleDesk {

  private static final Logger LOG = LoggerFactory.getLogger(ScheduleDesk.class);

  private final Stores stores;
  private final FlowDesk flows;
  private final Outbound outbound;
  private final Function<String, Map<String, String>> learned;
  private final Map<String, Known> known = new HashMap<>();

  /**
   * A desk of one partition.
   *
   * @param learned by flow: the classes that its stages have turned out to need
   */
  ScheduleDesk(
      Stores stores,
      FlowDesk flows,
      Outbound outbound,
      Function<String, Map<String, String>> learned) {
    this.stores = stores;
    this.learned = learned;
    this.flows = flows;
    this.outbound = outbound;
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
   * crash cuts off between the two is made up for when the command comes again.
   */
  Effects apply(String flow, String definition, Instant at) {
    ScheduleDecision decision =
        ScheduleMachine.decide(
            state(flow),
            schedule(flow, 0, definition).map(schedule -> new DueTimes(flow, schedule)),
            0,
            new ScheduleInput.Applied(),
            at);
    return send -> keep(flow, decision);
  }

  /**
   * What follows from an input.
   *
   * @param submit the commands that submit runs
   * @param keep writes the schedule's state; to be run before they are sent
   */
  record Decided(List<Command> submit, Runnable keep) {}

  Decided decide(String flow, ScheduleInput input, Instant at) throws UndecodableException {
    List<FlowVersion> versions = flows.versions(flow);
    int newest = versions.isEmpty() ? 0 : versions.get(versions.size() - 1).getVersion();
    Optional<DueTimes> times =
        versions.isEmpty()
            ? Optional.empty()
            : schedule(flow, versions.get(versions.size() - 1))
                .map(schedule -> new DueTimes(flow, schedule));
    ScheduleDecision decision = ScheduleMachine.decide(state(flow), times, newest, input, at);
    List<Command> commands = new ArrayList<>();
    for (Started run : decision.submit()) {
      versions.stream()
          .filter(version -> version.getVersion() == run.version())
          .findFirst()
          .ifPresent(version -> commands.add(submit(flow, version, run.due(), at)));
    }
    return new Decided(
        commands,
        () -> {
          if (input instanceof ScheduleInput.Woken woken) {
            stores.deadlines().delete(StoreKeys.wake(flow, woken.wakeAt()));
          }
          keep(flow, decision);
        });
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
            outbound.payload(Content.json(input)),
            ScheduledAt.labels(due),
            null,
            learned.apply(flow),
            null);
    return new Command(ScheduledRuns.id(flow, due), "SUBMIT", at, body);
  }

  private void keep(String flow, ScheduleDecision decision) {
    decision
        .state()
        .ifPresent(state -> stores.flows().put(StoreKeys.schedule(flow), EntryCodec.encode(state)));
    decision
        .wakeAt()
        .ifPresent(
            at ->
                stores
                    .deadlines()
                    .put(StoreKeys.wake(flow, at), EntryCodec.encode(new Wake(flow, at))));
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
    return Optional.ofNullable(bytes).map(b -> EntryCodec.decode(b, ScheduleState.class));
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
