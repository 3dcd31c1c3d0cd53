package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Help.Ansi;

/**
 * Goes through a replay of dead letters, shows how far it is, and says in the end what was done,
 * also when it is stopped or the runner is lost halfway.
 */
final class LetterReplayRun {

  private static final String CLEAR_LINE = "\r\u001b[K";

  private final LetterReplay replay;
  private final PacedReplay paced;
  private final ClientCommand command;
  private final boolean live;

  LetterReplayRun(LetterReplay replay, Rate rate, InstantSource clock, ClientCommand command) {
    this.replay = replay;
    this.paced = new PacedReplay(replay, rate, clock);
    this.command = command;
    this.live = !command.json() && !replay.isDry() && Ansi.AUTO.enabled();
  }

  /** The exit code: 0 once the whole selection has been gone through. */
  int execute() {
    Thread farewell = new Thread(paced::stopAndAwait, "farewell");
    Runtime.getRuntime().addShutdownHook(farewell);
    try {
      boolean whole = paced.run(this::progress);
      end(whole);
      return whole ? ExitCodes.OK : ExitCodes.FAILED;
    } catch (CliFailure e) {
      if (replay.letters() > 0) {
        clear();
        notice(List.of("ended early: " + counts()));
      }
      throw e;
    } finally {
      paced.finished();
      remove(farewell);
    }
  }

  private void progress(LetterReplay now) {
    if (live) {
      command.err().print(CLEAR_LINE + underWay(now));
      command.err().flush();
    }
  }

  private void end(boolean whole) {
    clear();
    String said = (whole ? "" : "stopped: ") + counts();
    if (command.json()) {
      ObjectNode document = ClientJson.MAPPER.createObjectNode();
      document.set("items", replay.items());
      document.put("sent", replay.isDry() ? 0 : replay.sent());
      document.put("dryRun", replay.isDry());
      document.put("stopped", !whole);
      command.print(document);
    } else {
      command.print(replay.isDry() ? listed() : List.of());
      command.print(List.of(said));
      command.print(reasons());
    }
    if (!whole) {
      notice(command.json() ? List.of(said) : List.of());
    }
  }

  private void notice(List<String> lines) {
    lines.forEach(command.err()::println);
    if (!replay.isDry()) {
      command
          .err()
          .println("the same command goes on where this one stopped, and sends nothing twice");
    }
    command.err().flush();
  }

  /** How far it is: of how many, where all are meant, else how many are still to be looked at. */
  static String underWay(LetterReplay now) {
    OptionalLong left = now.left();
    if (left.isPresent() && now.isOfAll()) {
      long total = now.letters() + left.getAsLong();
      return counts(now, now.letters() + " of " + counted(total, "dead letter"));
    }
    return counts(now, counted(now.letters(), "dead letter"))
        + (left.isPresent() ? "; " + left.getAsLong() + " to look at" : "");
  }

  private String counts() {
    return counts(replay, counted(replay.letters(), "dead letter"));
  }

  private static String counts(LetterReplay replay, String gone) {
    int skipped = replay.skipped().values().stream().mapToInt(Integer::intValue).sum();
    return (replay.isDry() ? "would send " : "sent ")
        + counted(replay.sent(), "run")
        + " again; went through "
        + gone
        + ", skipped "
        + skipped;
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private List<String> listed() {
    Table table = new Table("ID", "RUN", "STAGE", "SKIPPED");
    for (JsonNode item : replay.items()) {
      table.row(
          item.path("deadLetter").asText(),
          text(item.path("runId")),
          text(item.path("stage")),
          item.path("skipped").isTextual() ? item.path("skipped").textValue() : "");
    }
    List<String> lines = new ArrayList<>(table.lines());
    for (JsonNode item : replay.items()) {
      if (item.path("note").isTextual()) {
        lines.add(item.path("deadLetter").asText() + ": " + item.path("note").textValue());
      }
    }
    lines.add("");
    return lines;
  }

  private static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : "-";
  }

  private List<String> reasons() {
    List<String> lines = new ArrayList<>();
    if (replay.together() > 0) {
      lines.add(
          "  "
              + counted(replay.together(), "more dead letter")
              + " of the same runs: all that are chosen of one run are one replay of it");
    }
    for (Map.Entry<String, Integer> reason : replay.skipped().entrySet()) {
      lines.add("  " + reason.getValue() + " skipped: " + reason.getKey());
    }
    return lines;
  }

  private void clear() {
    if (live) {
      command.err().print(CLEAR_LINE);
      command.err().flush();
    }
  }

  private static void remove(Thread farewell) {
    try {
      Runtime.getRuntime().removeShutdownHook(farewell);
    } catch (IllegalStateException e) {
      // The process is being stopped just now: the hook has done its work.
    }
  }
}
