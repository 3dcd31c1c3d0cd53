package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code exec}: runs a program, with the input as JSON on its standard input, and returns the JSON
 * of its standard output (null if that is empty). Thread-safe. An interrupt, a timeout or too much
 * output stops the program and all it started: first SIGTERM, after a second SIGKILL.
 *
 * <p>{@code with}:
 *
 * <ul>
 *   <li>{@code command} (required): a list, the program and its arguments; no shell is involved
 *   <li>{@code env}: an object of further environment variables
 *   <li>{@code dir}: the folder it runs in; default the worker's
 *   <li>{@code send}: a list of files of the worker's folder that are copied to the one it runs in,
 *       where that is another; they must be there
 *   <li>{@code fetch}: a list of files that it leaves, which are copied back; they must be there
 *   <li>{@code timeout}: default none but the stage's own run timeout
 *   <li>{@code max-output}: the largest standard output in bytes; default 8388608
 * </ul>
 *
 * <p>The program also gets TIERFLOW_RUN, TIERFLOW_FLOW, TIERFLOW_PIPELINE, TIERFLOW_STAGE,
 * TIERFLOW_ATTEMPT, TIERFLOW_CLASS, TIERFLOW_IDEMPOTENCY_KEY and, in a for-each, TIERFLOW_INDEX.
 *
 * <p>An exit code other than 0, a program that is missing, output that is no JSON, and a timeout
 * are HANDLER_ERROR; the detail is the end of its standard error, up to 16 KiB. A process that the
 * program leaves behind with its output still open fails the attempt too, two seconds after the
 * program's end.
 *
 * <p>Programs are children of this process unless others are given: so a stage whose program runs
 * on another machine ends just as this one does.
 */
public final class ExecHandler implements StageHandler<JsonNode, JsonNode> {

  /** What flows call it by. */
  public static final String NAME = "exec";

  private static final int DEFAULT_MAX_OUTPUT = 8 * 1024 * 1024;
  private static final int NOT_FOUND = 127;
  private static final int SIGNALLED = 128;

  private final Programs programs;

  /** For the service loader: programs are children of this process. */
  public ExecHandler() {
    this(new LocalPrograms());
  }

  /** Programs run there. */
  public ExecHandler(Programs programs) {
    this.programs = programs;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public JsonNode handle(JsonNode input, StageContext context)
      throws StageException, InterruptedException {
    HandlerConfig config =
        HandlerConfig.of(
            name(), context, "command", "env", "dir", "send", "fetch", "timeout", "max-output");
    List<String> command = config.textList("command");
    if (command.isEmpty()) {
      throw config.wrong("command", "a list of texts, the program and its arguments", "nothing");
    }
    int maxOutput = config.integer("max-output", DEFAULT_MAX_OUTPUT, 1, Integer.MAX_VALUE - 8);
    Optional<Duration> timeout = config.optionalDuration("timeout");
    byte[] bytes = Json.bytes(input);
    ProgramSpec spec =
        new ProgramSpec(
            command,
            environment(config.texts("env"), context),
            config.optionalString("dir"),
            new ProgramSpec.Files(names(config, "send"), names(config, "fetch")),
            bytes.length);
    try (ProgramRun run = new ProgramRun(programs.start(spec), maxOutput)) {
      run.feed(bytes);
      JsonNode output = result(command, run, run.await(timeout), timeout);
      run.fetch();
      return output;
    }
  }

  private static Map<String, String> environment(
      Map<String, String> configured, StageContext context) {
    Map<String, String> environment = new LinkedHashMap<>(configured);
    environment.put("TIERFLOW_RUN", context.runId());
    environment.put("TIERFLOW_FLOW", context.flow());
    environment.put("TIERFLOW_PIPELINE", context.pipeline());
    environment.put("TIERFLOW_STAGE", context.stage());
    environment.put("TIERFLOW_ATTEMPT", Integer.toString(context.attempt()));
    environment.put("TIERFLOW_CLASS", context.resourceClass());
    environment.put("TIERFLOW_IDEMPOTENCY_KEY", context.idempotencyKey());
    context.index().ifPresent(i -> environment.put("TIERFLOW_INDEX", Integer.toString(i)));
    return environment;
  }

  private static List<String> names(HandlerConfig config, String key) throws StageException {
    List<String> names = config.textList(key);
    for (int i = 0; i < names.size(); i++) {
      Path path = Path.of(names.get(i));
      if (path.isAbsolute() || !path.equals(path.normalize()) || path.startsWith("..")) {
        throw config.wrong(
            key + "[" + i + "]",
            "a path within the folder, such as data/in.csv",
            "'" + names.get(i) + "'");
      }
    }
    return names;
  }

  private JsonNode result(
      List<String> command, ProgramRun run, ProgramRun.Ending ending, Optional<Duration> timeout)
      throws StageException {
    String program = "'" + command.get(0) + "'";
    switch (ending) {
      case TIMED_OUT -> {
        String limit = timeout.map(DurationValue::show).orElse("no limit");
        throw failure(run, program + " ran longer than " + limit + " and was stopped");
      }
      case TOO_MUCH_OUTPUT ->
          throw failure(
              run,
              program
                  + " wrote more than "
                  + run.maxOutput()
                  + " bytes, its with.max-output, and was stopped");
      case OUTPUT_HELD_OPEN ->
          throw failure(
              run, program + " ended, but a process that it started still holds its output open");
      case EXITED -> {
        if (run.exitCode() != 0) {
          // Of one that was killed, the last line is its shell's, which says the same.
          String last = run.exitCode() > SIGNALLED ? "" : run.lastError();
          throw failure(
              run, program + " " + describe(run.exitCode()) + (last.isEmpty() ? "" : ": " + last));
        }
      }
    }
    byte[] output = run.output();
    if (Excerpt.line(output).isEmpty()) {
      return NullNode.getInstance();
    }
    try {
      return Json.parse(output);
    } catch (IOException e) {
      throw failure(
          run,
          "%s: expected one JSON document on standard output, found '%s'"
              .formatted(program, Excerpt.line(output)));
    }
  }

  private static String describe(int code) {
    if (code == NOT_FOUND) {
      return "exited with 127: a command in it was not found";
    }
    if (code > SIGNALLED) {
      return "exited with %d: killed by signal %d".formatted(code, code - SIGNALLED);
    }
    return "exited with " + code;
  }

  private StageException failure(ProgramRun run, String message) {
    return new StageException(
        Failure.of(FailureKind.HANDLER_ERROR, name() + ": " + message, run.errorTail()));
  }
}
