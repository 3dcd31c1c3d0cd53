package io.tierflow.runner.engine;

import io.tierflow.machine.Deadline;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadlineReached;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What one partition posts when its time has come, and not for a record that it reads: commands of
 * timers, of pools that came or went, of holds that ended and of turns; and what it tells of past
 * times. One thread owns it.
 */
final class DuePosts {

  private final EngineParts parts;
  private final ProcessorContext<byte[], Outgoing> context;
  private final Timers timers;
  private final OpenRuns.Watches watches;
  private final TimesDesk times;

  DuePosts(
      EngineParts parts,
      ProcessorContext<byte[], Outgoing> context,
      Timers timers,
      OpenRuns.Watches watches,
      TimesDesk times) {
    this.parts = parts;
    this.context = context;
    this.timers = timers;
    this.watches = watches;
    this.times = times;
  }

  /** Has each looked at as often as it says. */
  void schedule() {
    context.schedule(Timers.TICK, PunctuationType.WALL_CLOCK_TIME, time -> timers());
    context.schedule(TurnDesk.TICK, PunctuationType.WALL_CLOCK_TIME, time -> tickTurns());
    context.schedule(PoolWatch.TICK, PunctuationType.WALL_CLOCK_TIME, time -> changes());
    context.schedule(TimesDesk.TICK, PunctuationType.WALL_CLOCK_TIME, time -> times());
  }

  /** Posts the turns that are due. */
  void turns() {
    Instant now = parts.now();
    watches.turns().due().forEach((run, tasks) -> post(Outbound.turns(run, tasks, now), now));
  }

  private void tickTurns() {
    watches.turns().tick();
    turns();
  }

  private void timers() {
    Instant now = parts.now();
    timers.post(now, command -> post(withPauses(command), now));
  }

  // In the command, so that who decides it again finds what was paused then.
  private Command withPauses(Command command) {
    List<String> paused = parts.pauses().pausedClasses();
    return paused.isEmpty()
            || !(command.getBody() instanceof DeadlineReached reached)
            || !reached.getKind().equals(Deadline.Kind.CHECK.name())
        ? command
        : new Command(
            command.getKey(),
            command.getCommandId(),
            command.getAt(),
            DeadlineReached.newBuilder(reached).setPausedClasses(paused).build());
  }

  private void changes() {
    Instant now = parts.now();
    watches.pools().due(now).forEach(change -> post(Outbound.pool(change, now), now));
    watches.holds().due(now).forEach(run -> post(Outbound.release(run, now), now));
  }

  private void times() {
    Instant now = parts.now();
    times
        .due(now)
        .forEach(told -> context.forward(new Record<>(told.key(), told, now.toEpochMilli())));
  }

  private void post(Command command, Instant now) {
    Outgoing posted = Outgoing.command(parts.codec(), parts.topics(), command);
    context.forward(new Record<>(posted.key(), posted, now.toEpochMilli()));
  }
}
