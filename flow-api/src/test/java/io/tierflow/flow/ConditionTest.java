package io.tierflow.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConditionTest {

  private static boolean test(String condition, String input) {
    try {
      return Condition.parse(condition).test(new ObjectMapper().readTree(input));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void isTrueInTheSenseOfJmesPath() {
    assertThat(test("amount > `10`", "{\"amount\": 11}")).isTrue();
    assertThat(test("amount > `10`", "{\"amount\": 10}")).isFalse();
    assertThat(test("items", "{\"items\": []}")).isFalse();
    assertThat(test("items", "{\"items\": [0]}")).isTrue();
    assertThat(test("name", "{\"name\": \"\"}")).isFalse();
    assertThat(test("count", "{\"count\": 0}")).isTrue();
    assertThat(test("none", "{}")).isFalse();
  }

  @Test
  void noInputMakesItThrow() {
    for (String input : new String[] {"null", "1", "\"x\"", "[]", "{}", "true", "[[1], {}]"}) {
      assertThat(test("length(@) > `3`", input)).isFalse();
      test("sum(a)", input);
      test("sort_by(@, &a)", input);
      test("max_by(@, &a).b[0].c", input);
      test("join(',', @)", input);
      test("to_number(@) > avg(@)", input);
      test("contains(@, `1`)", input);
      test("map(&a, @)", input);
      test("merge(@, a)", input);
      test("@[?a > `1`] | [0]", input);
      test("a[::2]", input);
    }
  }

  @Test
  void refusesWhatIsNotJmesPathAndSaysWhere() {
    assertThatThrownBy(() -> Condition.parse("a ="))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at character");
    assertThatThrownBy(() -> Condition.parse("nope(@)")).hasMessageContaining("nope");
    assertThatThrownBy(() -> Condition.parse("length(a, b)")).hasMessageContaining("length");
    assertThatThrownBy(() -> Condition.parse(" ")).hasMessage("it is empty");
    assertThatThrownBy(() -> Condition.parse("a".repeat(1001))).hasMessageContaining("1000");
    assertThatThrownBy(() -> Condition.parse("@[::0]"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Condition.parse("`{`")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesTheDeepestNestingThatFits() {
    assertThat(test("(".repeat(499) + "a" + ")".repeat(499), "{\"a\": 1}")).isTrue();
    assertThatThrownBy(() -> Condition.parse("(".repeat(1000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneConditionServesManyThreads() {
    Condition condition = Condition.parse("n > `5`");

    assertThat(
            IntStream.range(0, 20_000)
                .parallel()
                .filter(i -> condition.test(JsonNodeFactory.instance.objectNode().put("n", i % 10)))
                .count())
        .isEqualTo(8_000);
  }
}
