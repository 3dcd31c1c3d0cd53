package io.tierflow.worker.handlers;

import static io.tierflow.worker.handlers.Attempt.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageHandler;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SimpleHandlersTest {

  private final SleepHandler sleep = new SleepHandler();

  @Test
  @SuppressWarnings("rawtypes") // a class literal has no type arguments
  void everyBuiltInHandlerIsFoundByItsName() {
    assertThat(ServiceLoader.load(StageHandler.class).stream().map(found -> found.get().name()))
        .contains(
            "echo",
            "sleep",
            "http-get",
            "http-post",
            "http-put",
            "mqtt-subscribe",
            "mqtt-publish",
            "file-store",
            "exec");
  }

  @Test
  void echoReturnsItsInputAndTakesNoConfiguration() throws Exception {
    JsonNode input = json("{'a': [1, null]}");

    assertThat(Attempt.with("{}").run(new EchoHandler(), input)).isEqualTo(input);
    assertThat(Attempt.with("{'x': 1}").failure(new EchoHandler(), input))
        .isEqualTo(
            Failure.of(
                FailureKind.INVALID_INPUT, "echo: with.x: expected no keys, found an unknown key"));
  }

  @Test
  void sleepTellsItsProgressAndReturnsItsInput() throws Exception {
    Attempt attempt = Attempt.with("{'for': '40ms'}");

    assertThat(attempt.run(sleep, json("[1]"))).isEqualTo(json("[1]"));
    assertThat(attempt.told()).isSorted().startsWith(0.0).endsWith(1.0);
  }

  @Test
  void sleepTakesTheDurationOfItsClass() throws Exception {
    Attempt attempt = Attempt.with("{'for': {'small': '1d', 'large': '1ms'}}");

    assertThat(attempt.onClass("large").run(sleep, json("1"))).isEqualTo(json("1"));
    assertThat(attempt.onClass("xlarge").failure(sleep, json("1")).message())
        .isEqualTo(
            "sleep: with.for: expected a duration for class 'xlarge',"
                + " found {\"small\":\"1d\",\"large\":\"1ms\"}");
  }

  @Test
  void sleepEndsWhenCancelledOrInterrupted() {
    Attempt attempt = Attempt.with("{'for': '1d'}");

    assertThatThrownBy(() -> attempt.cancelled().run(sleep, json("1")))
        .isInstanceOf(InterruptedException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> attempt.run(sleep, json("1")))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void sleepRefusesWrongDurationsNamingTheKey() {
    assertThat(Attempt.with("{}").failure(sleep, json("1")).message())
        .isEqualTo(
            "sleep: with.for: expected a duration, or an object from resource class to duration,"
                + " found nothing");
    assertThat(Attempt.with("{'for': {'small': 'long'}}").failure(sleep, json("1")).message())
        .isEqualTo(
            "sleep: with.for.small: expected a duration such as 500ms, 1.5s, 10m or 2h,"
                + " found \"long\"");
    assertThat(Attempt.with("[1]").failure(sleep, json("1")).message())
        .isEqualTo("sleep: with: expected an object, found [1]");
  }
}
