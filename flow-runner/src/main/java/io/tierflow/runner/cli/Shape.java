package io.tierflow.runner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a document of the API must have for the commands to use it. Fields that are not named here
 * may be missing, so that runners of other versions are understood.
 */
final class Shape {

  /** What a submission answers with. */
  static final Shape SUBMITTED = new Shape().text("id");

  /** One version of a flow. */
  static final Shape FLOW =
      new Shape().text("name").number("version").with("definition", new Shape());

  static final Shape FLOWS = new Shape().list("items", FLOW);

  static final Shape LEARNED =
      new Shape()
          .list("items", new Shape().text("pipeline").text("stage").text("class").text("until"));

  private static final Shape FAILURE = new Shape().text("kind");

  private static final Shape ATTEMPT =
      new Shape().number("number").text("state").optional("failure", FAILURE);

  private static final Shape ELEMENTS =
      new Shape().number("total").number("dispatched").number("succeeded").number("failed");

  private static final Shape STAGE =
      new Shape()
          .text("name")
          .text("state")
          .text("class")
          .optional("elements", ELEMENTS)
          .list("attempts", ATTEMPT);

  private static final Shape PIPELINE =
      new Shape()
          .text("name")
          .text("state")
          .list("after", new Shape(Kind.TEXT))
          .list("stages", STAGE);

  private static final Shape SUMMARY =
      new Shape().text("id").text("flow").number("version").text("state").text("submittedAt");

  static final Shape RUN =
      new Shape()
          .text("id")
          .text("flow")
          .number("version")
          .text("state")
          .text("submittedAt")
          .optional("failure", FAILURE)
          .list("missing", new Shape().text("reason").text("since"))
          .list("pipelines", PIPELINE);

  static final Shape RUNS = new Shape().list("items", SUMMARY);

  static final Shape MISSING =
      new Shape().list("items", new Shape().text("reason").text("since").text("action"));

  static final Shape EXPECTATION =
      new Shape()
          .text("name")
          .text("state")
          .text("within")
          .text("registeredAt")
          .list("reports", new Shape().text("id").text("at").text("status").text("verdict"))
          .list("missing", new Shape().text("reason").text("since"));

  static final Shape EXPECTATIONS = new Shape().list("items", EXPECTATION);

  static final Shape COMPLETION = new Shape().text("name").text("verdict").text("words");

  static final Shape POOLS =
      new Shape().list("items", new Shape().text("worker").text("class").number("slots"));

  /** A flow or a class that is paused, or is no more. */
  static final Shape PAUSE = new Shape();

  static final Shape PAUSES = new Shape().list("items", PAUSE);

  static final Shape DEAD_LETTER =
      new Shape()
          .text("id")
          .number("attempts")
          .text("at")
          .with("failure", FAILURE)
          .list("history", new Shape().number("number").text("endedAt").with("failure", FAILURE));

  static final Shape DEAD_LETTERS = new Shape().list("items", DEAD_LETTER);

  static final Shape REPLAYED_LETTERS = new Shape().list("items", new Shape().text("deadLetter"));

  private final Kind kind;
  private final Map<String, Shape> fields = new LinkedHashMap<>();

  private Shape() {
    this(Kind.OBJECT);
  }

  private Shape(Kind kind) {
    this.kind = kind;
  }

  private Shape text(String name) {
    return with(name, new Shape(Kind.TEXT));
  }

  private Shape number(String name) {
    return with(name, new Shape(Kind.NUMBER));
  }

  private Shape list(String name, Shape element) {
    Shape list = new Shape(Kind.LIST);
    list.fields.put("", element);
    return with(name, list);
  }

  /** An object that may be null or missing. */
  private Shape optional(String name, Shape shape) {
    Shape optional = new Shape(Kind.OPTIONAL);
    optional.fields.putAll(shape.fields);
    return with(name, optional);
  }

  private Shape with(String name, Shape shape) {
    fields.put(name, shape);
    return this;
  }

  /** The first place that is not as it should be, what is there, and what is expected. */
  Optional<String> problem(JsonNode node) {
    return problem(node, "");
  }

  private Optional<String> problem(JsonNode node, String path) {
    if (kind == Kind.OPTIONAL && (node.isMissingNode() || node.isNull())) {
      return Optional.empty();
    }
    if (!kind.fits(node)) {
      String found = node.isMissingNode() ? "nothing" : node.getNodeType().name();
      return Optional.of(
          (path.isEmpty() ? "" : path + ": ")
              + ("found " + found.toLowerCase(Locale.ROOT))
              + (", expected " + kind.text));
    }
    return kind == Kind.LIST ? elementProblem(node, path) : fieldProblem(node, path);
  }

  private Optional<String> elementProblem(JsonNode list, String path) {
    Shape element = fields.get("");
    for (int i = 0; i < list.size(); i++) {
      Optional<String> problem = element.problem(list.get(i), path + "[" + i + "]");
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<String> fieldProblem(JsonNode object, String path) {
    return fields.entrySet().stream()
        .map(
            field ->
                field
                    .getValue()
                    .problem(
                        object.path(field.getKey()),
                        path.isEmpty() ? field.getKey() : path + "." + field.getKey()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private enum Kind {
    OBJECT("an object"),
    OPTIONAL("an object"),
    LIST("a list"),
    TEXT("text"),
    NUMBER("a number");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    private boolean fits(JsonNode node) {
      return switch (this) {
        case OBJECT, OPTIONAL -> node.isObject();
        case LIST -> node.isArray();
        case TEXT -> node.isTextual();
        case NUMBER -> node.isNumber();
      };
    }
  }
}
