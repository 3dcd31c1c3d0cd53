package io.tierflow.runner.engine;

import io.tierflow.machine.expect.ExpectInput;
import io.tierflow.machine.expect.Expectation;
import io.tierflow.machine.expect.Report.Status;
import io.tierflow.runner.expect.CompletionBody;
import io.tierflow.runner.expect.ExpectationService.Subject;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.ExpectationDue;
import io.tierflow.schemas.RegisterExpectation;
import io.tierflow.schemas.RemoveExpectation;
import io.tierflow.schemas.ReportExpected;
import io.tierflow.wire.UndecodableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the commands about expectations say, in the machine's words and back. */
final class ExpectRecords {

  private ExpectRecords() {}

  /** Whether a command is about one. */
  static boolean isExpectation(Object body) {
    return body instanceof RegisterExpectation
        || body instanceof RemoveExpectation
        || body instanceof ReportExpected
        || body instanceof ExpectationDue;
  }

  /** Which one a command is about. */
  static Subject subject(Command command) {
    Object body = command.getBody();
    String key =
        body instanceof RegisterExpectation register
            ? register.getKey()
            : body instanceof RemoveExpectation remove
                ? remove.getKey()
                : body instanceof ReportExpected report
                    ? report.getKey()
                    : ((ExpectationDue) body).getKey();
    return new Subject(command.getKey(), key);
  }

  static ExpectInput input(Command command) throws UndecodableException {
    Object body = command.getBody();
    String id = command.getCommandId();
    if (body instanceof RegisterExpectation register) {
      return new ExpectInput.Register(id, expectation(register));
    }
    if (body instanceof RemoveExpectation) {
      return new ExpectInput.Remove(id);
    }
    if (body instanceof ReportExpected report) {
      return new ExpectInput.Reported(
          id,
          Optional.ofNullable(report.getHappenedAt()).orElse(command.getAt()),
          status(report),
          report.getMessage());
    }
    ExpectationDue due = (ExpectationDue) body;
    return new ExpectInput.Woken(due.getRegistration(), due.getWakeAt());
  }

  private static Status status(ReportExpected report) throws UndecodableException {
    try {
      return Status.valueOf(report.getStatus());
    } catch (IllegalArgumentException e) {
      throw new UndecodableException(
          "a status that this runner does not know: " + report.getStatus(), e);
    }
  }

  private static Expectation expectation(RegisterExpectation register) throws UndecodableException {
    try {
      return new Expectation(
          Optional.ofNullable(register.getDue()),
          Optional.ofNullable(register.getEveryMs()).map(Duration::ofMillis),
          Optional.ofNullable(register.getCron()),
          Optional.ofNullable(register.getZone()),
          Duration.ofMillis(register.getWithinMs()),
          register.getLabels());
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("an expectation that cannot be: " + e.getMessage(), e);
    }
  }

  static RegisterExpectation register(String key, Expectation expectation) {
    return new RegisterExpectation(
        key,
        expectation.due().orElse(null),
        expectation.every().map(Duration::toMillis).orElse(null),
        expectation.cron().orElse(null),
        expectation.zone().orElse(null),
        expectation.within().toMillis(),
        expectation.labels());
  }

  /**
   * A report.
   *
   * @param happened null for the time of the command
   * @param source the record that it came by; null for none
   */
  static ReportExpected report(CompletionBody body, Instant happened, String source) {
    return new ReportExpected(body.key(), body.status().name(), body.message(), happened, source);
  }
}
