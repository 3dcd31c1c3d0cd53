package io.tierflow.runner.cli;

import io.tierflow.client.AttemptView;
import io.tierflow.client.ElementsView;
import io.tierflow.client.FailureView;
import io.tierflow.client.MissingView;
import io.tierflow.client.StageView;
import io.tierflow.flow.Launcher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is worth a remark beside a run's names and times. */
final class Notes {

  /** All but the two joiners, which some scripts cannot be written without. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}\\p{Zl}\\p{Zp}&&[^\u200c\u200d]]+");

  private Notes() {}

  /**
   * What else a stage's line says, the times left out: this changes only when something happens.
   */
  static List<String> of(StageView stage) {
    List<String> notes = new ArrayList<>();
    if (stage.attempts().size() > 1 || stage.state().equals("RETRYING")) {
      notes.add("attempt " + stage.attempts().size());
    }
    stage.attempts().stream()
        .map(AttemptView::heldFor)
        .filter(Objects::nonNull)
        .forEach(reason -> notes.add("held: " + held(reason)));
    if (stage.reused()) {
      notes.add("reused");
    } else if (Boolean.FALSE.equals(stage.sameOutput())) {
      notes.add("another output than in the replayed run");
    }
    if (stage.elements() != null) {
      notes.add(elements(stage.elements(), Times.isOpen(stage)));
      Optional.ofNullable(stage.elements().heldFor())
          .ifPresent(reason -> notes.add("the next held: " + held(reason)));
    }
    if (Times.isOpen(stage) && stage.progress() != null) {
      String message = line(stage.progressMessage());
      notes.add(
          String.format(Locale.ROOT, "%.0f%% %s", stage.progress() * 100, message).stripTrailing());
    }
    if (List.of("FAILED", "RETRYING").contains(stage.state())) {
      stage.attempts().stream()
          .map(AttemptView::failure)
          .filter(Objects::nonNull)
          .reduce((first, second) -> second)
          .ifPresent(failure -> notes.add(failure(failure)));
    }
    return notes;
  }

  private static String held(String reason) {
    return switch (reason) {
      case "PAUSE" -> "paused";
      case "TURN" -> "waiting for its turn";
      case "RATE" -> "waiting for the rate of its stage";
      default -> reason; // a newer runner's
    };
  }

  private static String elements(ElementsView elements, boolean open) {
    int out = elements.dispatched() - elements.succeeded() - elements.failed();
    String text = elements.succeeded() + " of " + elements.total() + " elements";
    text += open && out > 0 ? ", " + out + " out" : "";
    return text + (elements.failed() > 0 ? ", " + elements.failed() + " failed" : "");
  }

  /** A failure in one line. */
  static String failure(FailureView failure) {
    return failure.kind() + ": " + line(failure.message());
  }

  /** A class with its launcher, where that is not the class's pools. */
  static String tier(String resourceClass, String launcher) {
    return launcher == null || launcher.equals(Launcher.KAFKA.word())
        ? resourceClass
        : resourceClass + " by " + launcher;
  }

  /** Why a completion is missing, and since when. */
  static String missing(MissingView missing, Instant now) {
    String who =
        missing.resourceClass() == null
            ? ""
            : " (class " + tier(missing.resourceClass(), missing.launcher()) + ")";
    return "! "
        + missing.reason()
        + who
        + " for "
        + Times.text(Times.between(missing.since(), null, now))
        + (missing.detail() == null ? "" : ": " + line(missing.detail()));
  }

  /**
   * Handlers write these texts, or they are bytes that were none: nothing of them may move the
   * cursor, break a line or turn the direction of writing.
   */
  static String printable(String text) {
    return UNPRINTABLE.matcher(text.replace("\t", "    ")).replaceAll(" ").stripTrailing();
  }

  private static String line(String text) {
    return printable(Objects.requireNonNullElse(text, "")).strip();
  }
}
