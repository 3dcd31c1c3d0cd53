package io.tierflow.runner.engine;

import io.tierflow.machine.expect.ExpectDecision;
import io.tierflow.machine.expect.ExpectInput;
import io.tierflow.machine.expect.ExpectMachine;
import io.tierflow.machine.expect.ExpectState;
import io.tierflow.runner.expect.ExpectationService.Subject;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.ExpectationDue;
import io.tierflow.schemas.ReportExpected;
import io.tierflow.wire.UndecodableException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The expectations of one partition: asks the machine, keeps what it decided, tells what is missing
 * and those who wait for an answer. All commands of one name are in one partition, so one runner
 * decides for it. One thread owns it.
 */
final class ExpectDesk {

  private final Stores stores;
  private final ExpectNews news;
  private final ExpectAnswers answers;
  private final EngineMeters meters;
  private final ExpectFlags flags;

  ExpectDesk(Stores stores, ExpectNews news, ExpectAnswers answers, EngineMeters meters) {
    this.stores = stores;
    this.news = news;
    this.answers = answers;
    this.meters = meters;
    this.flags = new ExpectFlags(stores.expectations(), meters.standing().share());
  }

  /** Takes away what cleared too long ago. */
  void prune(Instant now) {
    flags.prune(now);
  }

  /** The partition is given away. */
  void close() {
    flags.close();
  }

  /** A moment at which an expectation is to be looked at, as it is stored. */
  record Wake(String name, String key, String registration, Instant wakeAt) {

    Command command(Instant now) {
      return new Command(
          name,
          "WAKE " + registration + " " + wakeAt,
          now,
          new ExpectationDue(key, registration, wakeAt));
    }
  }

  /** A record reports of what nobody expects. */
  static final class NotExpectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotExpectedException(String message) {
      super(message);
    }
  }

  /**
   * What follows from a command about an expectation.
   *
   * @throws NotExpectedException if it came by a record and is about none that is known
   */
  Effects decide(Command command) throws UndecodableException {
    Subject subject = ExpectRecords.subject(command);
    ExpectInput input = ExpectRecords.input(command);
    ExpectDecision decision = ExpectMachine.decide(state(subject), input, command.getAt());
    if (decision.outcome() instanceof ExpectDecision.Outcome.Unknown
        && command.getBody() instanceof ReportExpected report
        && report.getSource() != null) {
      throw new NotExpectedException(
          "expectation " + subject + ": found none, reported of by " + report.getSource());
    }
    Optional<byte[]> bytes = decision.state().map(EntryCodec::encode);
    List<Outgoing> told = news.of(subject, decision.tell());
    return send -> {
      if (input instanceof ExpectInput.Woken woken) {
        stores.deadlines().delete(ExpectKeys.wake(subject, woken.wakeAt()));
      }
      bytes.ifPresentOrElse(
          state -> stores.expectations().put(ExpectKeys.state(subject), state),
          () -> stores.expectations().delete(ExpectKeys.state(subject)));
      flags.keep(subject, decision.state(), command.getAt());
      decision.wakeAt().ifPresent(at -> keepWake(subject, decision.state().orElseThrow(), at));
      told.forEach(send);
      meters.told(decision.tell());
      answers.tell(command, decision);
    };
  }

  private void keepWake(Subject subject, ExpectState state, Instant at) {
    Wake wake = new Wake(subject.name(), subject.key(), state.registration(), at);
    stores.deadlines().put(ExpectKeys.wake(subject, at), EntryCodec.encode(wake));
  }

  private Optional<ExpectState> state(Subject subject) {
    return Optional.ofNullable(stores.expectations().get(ExpectKeys.state(subject)))
        .map(bytes -> EntryCodec.decode(bytes, ExpectState.class));
  }
}
