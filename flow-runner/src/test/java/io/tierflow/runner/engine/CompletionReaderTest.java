package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.Command;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.ReportExpected;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.WireCodec;
import java.lang.reflect.Proxy;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A record on the completions topic is handed on or set aside, and stops nobody. */
class CompletionReaderTest {

  private final FakePartition partition = new FakePartition();

  @Test
  void aReportIsHandedOnWithItsTime() {
    partition.complete("{\"name\":\"backup\",\"at\":\"2025-12-31T23:00:00+01:00\"}");
    assertThat(partition.sent(partition.topics.commands(), Command.class))
        .singleElement()
        .satisfies(
            command -> {
              assertThat(command.getKey()).isEqualTo("backup");
              assertThat(((ReportExpected) command.getBody()).getHappenedAt())
                  .isEqualTo(Instant.parse("2025-12-31T22:00:00Z"));
            });
  }

  @Test
  void aTimeThatNoRecordCanHoldIsSetAside() {
    for (String at : new String[] {"+300000000-01-01T00:00:00Z", "-300000000-01-01T00:00:00Z"}) {
      partition.complete("{\"name\":\"backup\",\"at\":\"" + at + "\"}");
    }
    partition.complete("{\"name\":\"backup\",\"at\":\"1969-12-31T23:59:59Z\"}");
    partition.complete("{\"name\":\"backup\",\"at\":\"9999-12-31T23:59:59.999Z\"}");

    assertThat(partition.sent(partition.topics.commands(), Command.class)).hasSize(1);
    assertThat(partition.deadLetters())
        .hasSize(3)
        .allSatisfy(
            letter -> {
              assertThat(letter.getReason().getKind()).isEqualTo(FailureKind.UNDECODABLE);
              assertThat(letter.getReason().getMessage())
                  .contains("at: found '", "in the years 1970 to 9999");
              assertThat(letter.getRecord().getTopic()).isEqualTo(partition.topics.completions());
            });
  }

  @Test
  void whatCannotBeHandedOnForAnyOtherReasonIsSetAsideToo() {
    WireCodec plain = new SingleObjectCodec();
    FakePartition broken =
        new FakePartition(
            (WireCodec)
                Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {WireCodec.class},
                    (proxy, method, arguments) -> {
                      if (arguments[1] instanceof Command) {
                        throw new ArithmeticException("long overflow");
                      }
                      return method.invoke(plain, arguments);
                    }),
            FakePartition.NO_PAYLOADS);
    broken.complete("{\"name\":\"backup\"}");
    assertThat(broken.deadLetters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.getReason().getKind()).isEqualTo(FailureKind.HANDLER_ERROR));
  }
}
