package io.tierflow.worker.handlers;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code file-store}: writes its input to a file on the worker and returns {@code {path, bytes,
 * records}}: the absolute path, and how much this attempt wrote. Thread-safe.
 *
 * <p>{@code with}:
 *
 * <ul>
 *   <li>{@code path} (required, a template): values put in after its beginning must be one name,
 *       without slashes; missing folders are created
 *   <li>{@code root}: a folder that the path is relative to and must not leave
 *   <li>{@code format}: {@code json} or {@code csv}; default json
 *   <li>{@code mode}: {@code overwrite} or {@code append}; default overwrite
 *   <li>{@code content}: a JSON Pointer to the part of the input that is written; default all
 *   <li>{@code columns}: the CSV's columns in order; default those of the records, as they first
 *       appear
 * </ul>
 *
 * <p>Overwriting replaces the file at once, so a reader sees the old or the new one, and a repeated
 * attempt gives the same. Appending JSON writes one line per element of a list, else one line. CSV
 * takes a list of flat objects (or one), with a header line; appended records must have the file's
 * columns. <b>Appending is not idempotent:</b> a repeated attempt appends again.
 */
public final class FileStoreHandler implements StageHandler<JsonNode, JsonNode> {

  /** What the file holds. */
  private enum Format {
    JSON,
    CSV
  }

  /** What happens to the file that is there. */
  private enum Mode {
    OVERWRITE,
    APPEND
  }

  /** For the service loader. */
  public FileStoreHandler() {}

  @Override
  public String name() {
    return "file-store";
  }

  @Override
  public JsonNode handle(JsonNode input, StageContext context)
      throws StageException, InterruptedException {
    HandlerConfig config =
        HandlerConfig.of(name(), context, "path", "root", "format", "mode", "content", "columns");
    Path file = path(config, new Template(config, context, input));
    Format format = config.choice("format", Format.JSON);
    Mode mode = config.choice("mode", Mode.OVERWRITE);
    JsonNode content = content(config, input);
    FileContent encoded =
        format == Format.CSV
            ? CsvContent.of(name(), content, config.textList("columns"))
            : new JsonContent(content, mode == Mode.APPEND);
    try {
      long bytes =
          mode == Mode.APPEND
              ? FileWriting.append(file, encoded)
              : FileWriting.replace(file, encoded.from(List.of()));
      return JsonNodeFactory.instance
          .objectNode()
          .put("path", file.toString())
          .put("bytes", bytes)
          .put("records", encoded.records());
    } catch (IOException e) {
      throw new StageException(
          FailureKind.HANDLER_ERROR, "%s: cannot write '%s': %s".formatted(name(), file, e), e);
    }
  }

  private static Path path(HandlerConfig config, Template template) throws StageException {
    String text =
        template.render(
            "path",
            value -> {
              if (value.isEmpty() || value.matches(".*[/\\\\\\x00].*") || value.matches("\\.+")) {
                throw config.wrong("path", "placeholders of one name each", "'" + value + "'");
              }
              return value;
            });
    try {
      if (!config.has("root")) {
        return WorkerFolder.resolve(text);
      }
      Path root = WorkerFolder.resolve(config.string("root"));
      Path file = root.resolve(text).normalize();
      if (!file.startsWith(root) || file.equals(root)) {
        throw config.wrong("path", "a file under with.root " + root, "'" + file + "'");
      }
      return file;
    } catch (InvalidPathException e) {
      throw config.wrong("path", "a file's path", "'" + text + "': " + e.getReason());
    }
  }

  private static JsonNode content(HandlerConfig config, JsonNode input) throws StageException {
    JsonPointer pointer = config.pointer("content");
    JsonNode content = input.at(pointer);
    if (content.isMissingNode()) {
      throw config.wrong("content", "a part of the input", "'" + pointer + "', not in it");
    }
    return content;
  }
}
