package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Answer;
import io.tierflow.runner.doctor.Facts.Runner;
import io.tierflow.runner.doctor.Facts.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether clocks agree with this machine's. Brokers tell theirs to nobody. */
final class ClocksCheck {

  /** What is let pass: the way of an announcement, and HTTP's whole seconds. */
  static final Duration TOLERATED = Duration.ofSeconds(2);

  /** From here on, deadlines of one run are decided differently by different runners. */
  static final Duration WRONG = Duration.ofSeconds(10);

  private static final Finding.In AREA = new Finding.In(Area.CLOCKS);

  private final List<Finding> findings = new ArrayList<>();

  static List<Finding> of(List<Worker> workers, List<Runner> runners) {
    ClocksCheck check = new ClocksCheck();
    runners.forEach(
        runner ->
            runner
                .answer()
                .value()
                .flatMap(Answer::ahead)
                .ifPresent(ahead -> check.runner(runner.url(), ahead)));
    workers.forEach(worker -> worker.ahead().ifPresent(ahead -> check.worker(worker, ahead)));
    return check.findings;
  }

  private void runner(String url, Duration ahead) {
    if (ahead.abs().compareTo(WRONG) > 0) {
      findings.add(
          AREA.error(
              "runner " + url,
              text(ahead),
              "within 2 s, else deadlines and schedules come early or late",
              "let it follow a time server: timedatectl set-ntp true"));
    } else if (ahead.abs().compareTo(TOLERATED) > 0) {
      findings.add(
          AREA.warning(
              "runner " + url,
              text(ahead),
              "within 2 s of this machine's",
              "let it follow a time server: timedatectl set-ntp true"));
    }
  }

  private void worker(Worker worker, Duration ahead) {
    if (ahead.abs().compareTo(TOLERATED) > 0) {
      findings.add(
          AREA.warning(
              "worker " + worker.id() + " on " + worker.host(),
              text(ahead),
              "within 2 s of this machine's, else its stages' times are shown wrong",
              "let it follow a time server: timedatectl set-ntp true"));
    }
  }

  private static String text(Duration ahead) {
    return "its clock is "
        + ahead.abs().toMillis()
        + " ms "
        + (ahead.isNegative() ? "behind" : "ahead of")
        + " this one";
  }
}
