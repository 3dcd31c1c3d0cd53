package io.tierflow.runner.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.client.MissingCompletion;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Shows what is missing while it is followed. One thread only. */
interface MissingDisplay {

  /**
   * What was asked for has come.
   *
   * @param at when that was
   * @param now all that is missing, with what has cleared of late
   * @param risen what was not seen at the last look; it may have cleared already
   * @param cleared what is not missing any more
   */
  void show(
      Instant at,
      List<MissingCompletion> now,
      List<MissingCompletion> risen,
      List<MissingCompletion> cleared);

  /** Nothing could be asked. */
  void note(String text);

  // One that was gone when the watch came back cleared meanwhile.
  private static Instant clearedAt(MissingCompletion it, Instant seen) {
    return it.clearedAt() == null ? seen : it.clearedAt();
  }

  /** The table, drawn over itself on a terminal. */
  final class Live implements MissingDisplay {
    private final Screen screen;
    private List<String> last = List.of();

    Live(Screen screen) {
      this.screen = screen;
    }

    @Override
    public void show(
        Instant at,
        List<MissingCompletion> now,
        List<MissingCompletion> risen,
        List<MissingCompletion> cleared) {
      last = MissingTable.lines(now);
      screen.draw(last);
    }

    @Override
    public void note(String text) {
      List<String> lines = new ArrayList<>(last);
      lines.add(text);
      screen.draw(lines);
    }
  }

  /** A line for each change: for logs and pipes. */
  final class Changes implements MissingDisplay {
    private final PrintWriter out;
    private boolean first = true;
    private String note = "";

    Changes(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void show(
        Instant at,
        List<MissingCompletion> now,
        List<MissingCompletion> risen,
        List<MissingCompletion> cleared) {
      if (first && now.stream().allMatch(it -> it.clearedAt() != null)) {
        out.println("nothing is missing");
      }
      risen.forEach(
          it ->
              out.println(
                  MissingTable.time(it.since())
                      + "  MISSING  "
                      + MissingTable.line(it.cleared(null, null))));
      cleared.forEach(
          it ->
              out.println(
                  MissingTable.time(clearedAt(it, at)) + "  CLEARED  " + MissingTable.line(it)));
      out.flush();
      first = false;
      note = "";
    }

    @Override
    public void note(String text) {
      if (!note.equals(text)) {
        out.println(text);
        out.flush();
        note = text;
      }
    }
  }

  /** A line of JSON for each change: for programs. */
  final class Json implements MissingDisplay {
    private final PrintWriter out;

    Json(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void show(
        Instant at,
        List<MissingCompletion> now,
        List<MissingCompletion> risen,
        List<MissingCompletion> cleared) {
      risen.forEach(it -> print("MISSING", it.since(), it.cleared(null, null)));
      cleared.forEach(it -> print("CLEARED", clearedAt(it, at), it));
      out.flush();
    }

    @Override
    public void note(String text) {
      // Programs read changes only; that the runner is away is no change.
    }

    private void print(String change, Instant at, MissingCompletion it) {
      ObjectNode line = ClientJson.MAPPER.createObjectNode();
      line.put("change", change);
      line.set("at", ClientJson.MAPPER.valueToTree(at));
      line.setAll((ObjectNode) ClientJson.MAPPER.valueToTree(it));
      try {
        out.println(ClientJson.MAPPER.writeValueAsString(line));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("cannot write a JSON tree", e);
      }
    }
  }
}
