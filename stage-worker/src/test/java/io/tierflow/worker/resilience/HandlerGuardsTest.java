package io.tierflow.worker.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandlerGuardsTest {

  private static final Failure DOWN = Failure.of(FailureKind.HANDLER_ERROR, "status 503");

  private Duration elapsed = Duration.ZERO;

  @Test
  void aBreakerOpensByFailuresAndClosesByProbes() {
    HandlerGuards guards = guards("breaker: {minimum: 4, calls: 4, wait: 10s, probes: 1}");
    for (int i = 0; i < 3; i++) {
      assertThat(call(guards).failed(DOWN)).as("while closed").isEqualTo(DOWN);
    }

    Failure opening = call(guards).failed(DOWN);
    assertThat(opening.kind()).isEqualTo(FailureKind.DEFERRED);
    assertThat(opening.message()).contains("http-get", "open", "status 503");
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "OPEN"));
    Entry.Later later = (Entry.Later) guards.enter("http-get", 1);
    assertThat(later.after()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(13));

    elapsed = elapsed.plusSeconds(11);
    Call probe = call(guards);
    assertThat(guards.enter("http-get", 1)).as("one probe only").isInstanceOf(Entry.Later.class);
    assertThat(probe.failed(DOWN).kind()).isEqualTo(FailureKind.DEFERRED);
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "OPEN"));

    elapsed = elapsed.plusSeconds(11);
    call(guards).succeeded();
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "CLOSED"));
    assertThat(call(guards).failed(DOWN)).isEqualTo(DOWN);
    assertThat(guards.deferred()).isEqualTo(2);
  }

  @Test
  void whatTheTaskIsToBlameForDoesNotOpenABreaker() {
    HandlerGuards guards = guards("breaker: {minimum: 2, calls: 4}");
    Failure refused = new Failure(FailureKind.HANDLER_ERROR, "404", "", true, DOWN.retryAfter());

    for (int i = 0; i < 9; i++) {
      assertThat(call(guards).failed(refused)).isEqualTo(refused);
      call(guards).failed(Failure.of(FailureKind.INVALID_INPUT, "no"));
      call(guards).close();
    }

    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "CLOSED"));
  }

  @Test
  void slowCallsOpenABreakerToo() {
    HandlerGuards guards = guards("breaker: {minimum: 2, calls: 4, slow-after: 1s, slow-rate: 50}");

    for (int i = 0; i < 2; i++) {
      Call call = call(guards);
      elapsed = elapsed.plusSeconds(2);
      call.succeeded();
    }

    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "OPEN"));
  }

  @Test
  void aRateLimitSpreadsCallsOverTheTimeToComeAndPutsOffWhatIsTooFarAway() {
    HandlerGuards guards = guards("rate: {calls: 1, per: 2s}");

    assertThat(call(guards).delay()).isZero();
    assertThat(call(guards).delay()).isEqualTo(Duration.ofSeconds(2));
    assertThat(call(guards).delay()).isEqualTo(Duration.ofSeconds(4));
    assertThat(guards.enter("http-get", 1)).isInstanceOf(Entry.Later.class);
  }

  @Test
  void aBulkheadPutsOffWhatComesTooManyAtOnceEverLonger() {
    HandlerGuards guards = guards("bulkhead: {calls: 1, wait: 1ms}");
    Call first = call(guards);

    Entry.Later soon = (Entry.Later) guards.enter("http-get", 1);
    Entry.Later later = (Entry.Later) guards.enter("http-get", 9);
    assertThat(soon.after()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1500));
    assertThat(later.after()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));

    first.failed(DOWN);
    first.close();
    call(guards).close();
    assertThat(guards.enter("http-get", 1)).isInstanceOf(Call.class);
  }

  @Test
  void handlersWithoutAPolicyAreCalledAndAnyOtherHasGuardsOfItsOwn() {
    assertThat(guards("rate: {calls: 1}").enter("echo", 1)).isEqualTo(Call.UNGUARDED);
    HandlerGuards any =
        new HandlerGuards(
            ResilienceReader.read("test", TestPolicies.tree("{'*': {rate: {calls: 1, per: 1m}}}")),
            () -> Instant.EPOCH.plus(elapsed),
            () -> elapsed.toNanos());

    assertThat(any.enter("a", 1)).isInstanceOf(Call.class);
    assertThat(any.enter("a", 1)).isInstanceOf(Entry.Later.class);
    assertThat(any.enter("b", 1)).isInstanceOf(Call.class);
  }

  @Test
  void metersShowEveryGuardOfAHandler() {
    HandlerGuards guards =
        guards("{breaker: {}, rate: {calls: 5}, bulkhead: {calls: 2}, time-limit: 3s}");
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    guards.bindTo(meters);

    call(guards);

    assertThat(meters.get("resilience4j.circuitbreaker.state").gauges()).isNotEmpty();
    assertThat(meters.get("resilience4j.ratelimiter.available.permissions").gauge().value())
        .isEqualTo(4);
    assertThat(meters.get("resilience4j.bulkhead.available.concurrent.calls").gauge().value())
        .isEqualTo(1);
    assertThat(guards.timeLimit("http-get")).contains(Duration.ofSeconds(3));
  }

  private static Call call(HandlerGuards guards) {
    return (Call) guards.enter("http-get", 1);
  }

  private HandlerGuards guards(String policy) {
    String object = policy.startsWith("{") ? policy : "{" + policy + "}";
    return new HandlerGuards(
        ResilienceReader.read("test", TestPolicies.tree("{http-get: " + object + "}")),
        () -> Instant.EPOCH.plus(elapsed),
        () -> elapsed.toNanos());
  }
}
