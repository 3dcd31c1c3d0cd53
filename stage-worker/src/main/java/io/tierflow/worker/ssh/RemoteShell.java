package io.tierflow.worker.ssh;

import io.tierflow.worker.handlers.ProgramSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The shell scripts that run on the other machine. Whatever a flow says goes into them quoted, so
 * that a shell does not see it.
 *
 * <p>The script of a program lives by its standard input: first it reads the program's input from
 * it, of a known length, and starts the program in a session of its own; the end of its input then
 * means that the program is to end. So closing the channel stops the program, and the loss of the
 * connection does too, whichever side is gone.
 */
final class RemoteShell {

  /** A script's exit codes of its own. */
  static final int NO_SETSID = 120;

  static final int NO_FOLDER = 121;
  static final int NO_DIR = 122;

  private static final String PREPARE =
      """
      command -v setsid >/dev/null 2>&1 || exit 120
      umask 077
      mkdir -p -- FOLDER && c=$(mktemp -d FOLDER/task.XXXXXXXXXX) && c=$(cd -- "$c" && pwd) || exit 121
      d=DIR
      if [ -z "$d" ]; then d=$c/work; mkdir -- "$d" || exit 121; fi
      d=$(cd -- "$d" && pwd) || { rm -rf -- "$c"; exit 122; }
      printf '%s\\n%s\\n' "$c" "$d"
      """;

  private static final String PROGRAM =
      """
      exec 3<&0
      c=CONTROL
      head -c LENGTH <&3 >"$c/in"
      [ "$(wc -c <"$c/in")" -eq LENGTH ] || exit 123
      cd -- DIR || exit 122
      setsid env ENVIRONMENT COMMAND <"$c/in" 3<&- &
      p=$!
      ( trap '' HUP INT TERM PIPE
        cat <&3
        : >"$c/stop"
        kill -s TERM -- -$p $p
        sleep 1
        kill -s KILL -- -$p $p
        rm -rf -- "$c"
      ) >/dev/null 2>&1 &
      w=$!
      wait $p
      r=$?
      if [ -e "$c/stop" ]; then wait $w; else kill -s KILL $w; fi
      exit $r
      """;

  private RemoteShell() {}

  /** A script as the command that any login shell takes. */
  static String command(String script) {
    return "exec /bin/sh -c " + quote(script);
  }

  /** Makes a task's folder; writes its path, and the path of the one that its program runs in. */
  static String prepare(String folder, String dir) {
    return fill(PREPARE, Map.of("FOLDER", quote(folder), "DIR", quote(dir)));
  }

  /** Runs a program, see above. */
  static String program(ProgramSpec spec, String control, String dir) {
    List<String> environment =
        new TreeMap<>(spec.environment())
            .entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList();
    return fill(
        PROGRAM,
        Map.of(
            "CONTROL", quote(control),
            "LENGTH", Integer.toString(spec.inputBytes()),
            "DIR", quote(dir),
            "ENVIRONMENT", quote(environment),
            "COMMAND", quote(spec.command())));
  }

  /** Removes a task's folder. */
  static String remove(String control) {
    return "rm -rf -- " + quote(control);
  }

  /** A text as one word of a shell. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static String quote(List<String> words) {
    return words.stream().map(RemoteShell::quote).collect(Collectors.joining(" "));
  }

  // Each place is filled once and what was filled in is not looked at again.
  private static String fill(String script, Map<String, String> values) {
    return Pattern.compile("\\b(" + String.join("|", values.keySet()) + ")\\b")
        .matcher(script)
        .replaceAll(found -> Matcher.quoteReplacement(values.get(found.group(1))));
  }
}
