package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A configured text with placeholders: {@code {run}}, {@code {flow}}, {@code {pipeline}}, {@code
 * {stage}}, {@code {index}} (of a for-each element) and {@code {input.a.b}} (a text, number or
 * boolean of the stage's input). A placeholder at the very beginning is put in as it is, so that an
 * input may name a whole URL or folder; every later one goes through the text's own escaping, so
 * that a value cannot change the meaning of what is around it.
 */
final class Template {

  /** Makes a value harmless at its place, or refuses it. */
  @FunctionalInterface
  interface Escaping {
    String escape(String value) throws StageException;
  }

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
  private static final String INPUT = "input.";
  private static final String EXPECTED =
      "{run}, {flow}, {pipeline}, {stage}, {index} or {input.<field>}";

  private final HandlerConfig config;
  private final StageContext context;
  private final JsonNode input;

  Template(HandlerConfig config, StageContext context, JsonNode input) {
    this.config = config;
    this.context = context;
    this.input = input;
  }

  /**
   * The key's text with its placeholders replaced.
   *
   * @throws StageException INVALID_INPUT if a placeholder is unknown or has no value
   */
  String render(String key, Escaping escaping) throws StageException {
    String text = config.string(key);
    Matcher matcher = PLACEHOLDER.matcher(text);
    StringBuilder rendered = new StringBuilder();
    int done = 0;
    while (matcher.find()) {
      rendered.append(text, done, matcher.start());
      String value = value(key, matcher.group(1));
      rendered.append(matcher.start() == 0 ? value : escaping.escape(value));
      done = matcher.end();
    }
    return rendered.append(text, done, text.length()).toString();
  }

  private String value(String key, String name) throws StageException {
    if (name.startsWith(INPUT)) {
      return inputValue(key, name.substring(INPUT.length()));
    }
    return switch (name) {
      case "run" -> context.runId();
      case "flow" -> context.flow();
      case "pipeline" -> context.pipeline();
      case "stage" -> context.stage();
      case "index" -> index(key);
      default -> throw config.wrong(key, EXPECTED, "{" + name + "}");
    };
  }

  private String index(String key) throws StageException {
    if (context.index().isEmpty()) {
      throw config.wrong(key, "{index} only in a for-each stage", "a plain stage");
    }
    return Integer.toString(context.index().getAsInt());
  }

  private String inputValue(String key, String path) throws StageException {
    JsonNode value = input;
    for (String field : path.split("\\.", -1)) {
      value = value.path(field);
    }
    if (value.isContainerNode() || value.isNull() || value.isMissingNode()) {
      String found = value.isMissingNode() ? "no such field" : value.getNodeType().toString();
      throw config.wrong(
          key, "{input." + path + "} to be a text, number or boolean of the input", found);
    }
    return value.asText();
  }
}
