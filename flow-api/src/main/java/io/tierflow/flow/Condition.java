package io.tierflow.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.burt.jmespath.Expression;
import io.burt.jmespath.JmesPathException;
import io.burt.jmespath.RuntimeConfiguration;
import io.burt.jmespath.jackson.JacksonRuntime;
import io.burt.jmespath.parser.ParseError;
import io.burt.jmespath.parser.ParseException;

/**
 * A stage's {@code when}: a JMESPath expression on its input. Parsing costs, testing does not: keep
 * the parsed condition. Immutable and thread-safe.
 */
public final class Condition {

  /** The longest expression that is taken, in characters. */
  public static final int MAX_LENGTH = 1000;

  // A function that is given the wrong type yields null, so that no input can stop a run.
  private static final JacksonRuntime RUNTIME =
      new JacksonRuntime(RuntimeConfiguration.builder().withSilentTypeErrors(true).build());

  private final String text;
  private final Expression<JsonNode> expression;

  private Condition(String text, Expression<JsonNode> expression) {
    this.text = text;
    this.expression = expression;
  }

  /**
   * Parses an expression.
   *
   * @throws IllegalArgumentException if it is not JMESPath, calls an unknown function or one with
   *     the wrong number of arguments, or is longer than {@link #MAX_LENGTH}; the message says
   *     where
   */
  public static Condition parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("it is empty");
    }
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("it is longer than " + MAX_LENGTH + " characters");
    }
    try {
      return new Condition(text, RUNTIME.compile(text));
    } catch (ParseException e) {
      throw new IllegalArgumentException(describe(e), e);
    } catch (JmesPathException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Whether the expression is true of this input, in JMESPath's sense: false, null, and empty
   * strings, lists and objects are not. A function applied to the wrong type of value yields null.
   */
  public boolean test(JsonNode input) {
    return RUNTIME.isTruthy(expression.search(input));
  }

  /** The expression as written. */
  @Override
  public String toString() {
    return text;
  }

  private static String describe(ParseException e) {
    ParseError first = e.iterator().next();
    return first.message() + " at character " + (first.position() + 1);
  }
}
