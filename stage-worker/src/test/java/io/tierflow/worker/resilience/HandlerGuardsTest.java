package io.tierflow.worker.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    Entry.Later later = (Entry.Later) enter(guards, "task", 1);
    assertThat(later.after()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(13));

    elapsed = elapsed.plusSeconds(11);
    Call probe = call(guards);
    assertThat(enter(guards, "task", 1)).as("one probe only").isInstanceOf(Entry.Later.class);
    assertThat(probe.failed(DOWN).kind()).isEqualTo(FailureKind.DEFERRED);
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "OPEN"));

    elapsed = elapsed.plusSeconds(11);
    call(guards).succeeded();
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "CLOSED"));
    assertThat(call(guards).failed(DOWN)).isEqualTo(DOWN);
    assertThat(guards.deferred()).isEqualTo(2);
  }

  @Test
  void aTaskThatFailsEveryProbeWhileNoOtherDoesBetterFailsForItselfOnceItHadItsTime() {
    HandlerGuards guards = open("{minimum: 1, calls: 1, wait: 10s, probes: 1, patience: 1m}");
    Duration begin = elapsed;

    String told = "";
    while (elapsed.minus(begin).toSeconds() < 100) {
      elapsed = elapsed.plusSeconds(15);
      told += " " + call(guards, "poison").failed(DOWN).kind();
    }

    assertThat(told)
        .isEqualTo(
            " DEFERRED DEFERRED DEFERRED DEFERRED HANDLER_ERROR HANDLER_ERROR HANDLER_ERROR");
  }

  @Test
  void aTaskThatFailsWhileOthersSucceedFailsForItselfAndDoesNotHoldThemUp() {
    HandlerGuards guards = open("{minimum: 1, calls: 1, wait: 10s, probes: 1}");
    elapsed = elapsed.plusSeconds(11);
    assertThat(call(guards, "poison").failed(DOWN).kind()).isEqualTo(FailureKind.DEFERRED);

    elapsed = elapsed.plusSeconds(11);
    call(guards, "good").succeeded();
    Call late = call(guards, "poison");
    call(guards, "bad").failed(DOWN); // opens it again
    elapsed = elapsed.plusSeconds(11);
    Call probe = call(guards, "poison");

    assertThat(late.failed(DOWN)).isEqualTo(DOWN);
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "HALF_OPEN"));
    probe.close();
    call(guards, "good").succeeded();
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "CLOSED"));
  }

  @Test
  void probesThatHangAreNotWaitedForWithoutEnd() {
    HandlerGuards guards = open("{minimum: 1, calls: 1, wait: 10s, probes: 1}");
    elapsed = elapsed.plusSeconds(11);
    Call hangs = call(guards, "hangs");

    elapsed = elapsed.plusSeconds(59);
    assertThat(enter(guards, "other", 1)).isInstanceOf(Entry.Later.class);
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "HALF_OPEN"));
    elapsed = elapsed.plusSeconds(2);
    assertThat(enter(guards, "other", 1)).isInstanceOf(Entry.Later.class);
    elapsed = elapsed.plusSeconds(11);
    call(guards, "other").succeeded();

    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "CLOSED"));
    hangs.close();
    assertThat(enter(guards, "other", 1)).isInstanceOf(Call.class);
  }

  @Test
  void whatACallWaitsForBeforeItsHandlerBeginsIsNotSlowness() {
    HandlerGuards guards = guards("breaker: {minimum: 1, calls: 1, slow-after: 1s, slow-rate: 50}");

    Call call = call(guards);
    elapsed = elapsed.plusSeconds(5);
    call.begins();
    call.succeeded();

    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "CLOSED"));
  }

  @Test
  void aCallerLooksAfterItsLockWhileItWaitsForABulkheadAndMayGiveUp() {
    HandlerGuards guards = guards("bulkhead: {calls: 1, wait: 30s}");
    Call first = call(guards);
    List<String> looks = new ArrayList<>();

    Entry gaveUp =
        guards.enter(
            "http-get",
            new Caller(
                "task",
                1,
                () -> {
                  looks.add("look");
                  return false;
                }));
    Entry waited =
        guards.enter(
            "http-get",
            new Caller(
                "task",
                1,
                () -> {
                  looks.add("free");
                  first.close();
                  return true;
                }));

    assertThat(gaveUp).isInstanceOf(Entry.Later.class);
    assertThat(waited).isInstanceOf(Call.class);
    assertThat(looks).containsExactly("look", "free");
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
    assertThat(enter(guards, "task", 1)).isInstanceOf(Entry.Later.class);
  }

  @Test
  void tellsTheLimitsInUseInWords() {
    HandlerGuards guards =
        guards("{breaker: {}, rate: {calls: 5, per: 2s}, bulkhead: {calls: 2}, time-limit: 3s}");
    String rest = ", time limit 3s";
    assertThat(guards.limits(List.of("echo", "http-get")))
        .isEqualTo(Map.of("http-get", "rate 5 per 2s, bulkhead 0/2" + rest));

    Call call = call(guards);
    assertThat(guards.limits(List.of("http-get")).get("http-get"))
        .isEqualTo("rate 5 per 2s, bulkhead 1/2" + rest);
    call.close();

    assertThat(guards("breaker: {}").limits(List.of("http-get"))).isEmpty();
  }

  @Test
  void aBulkheadPutsOffWhatComesTooManyAtOnceEverLonger() {
    HandlerGuards guards = guards("bulkhead: {calls: 1, wait: 1ms}");
    Call first = call(guards);

    Entry.Later soon = (Entry.Later) enter(guards, "task", 1);
    Entry.Later later = (Entry.Later) enter(guards, "task", 9);
    assertThat(soon.after()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1500));
    assertThat(later.after()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));

    first.failed(DOWN);
    first.close();
    call(guards).close();
    assertThat(enter(guards, "task", 1)).isInstanceOf(Call.class);
  }

  @Test
  void handlersWithoutAPolicyAreCalledAndAnyOtherHasGuardsOfItsOwn() {
    assertThat(guards("rate: {calls: 1}").enter("echo", caller("task", 1)))
        .isEqualTo(Call.UNGUARDED);
    HandlerGuards any =
        new HandlerGuards(
            ResilienceReader.read("test", TestPolicies.tree("{'*': {rate: {calls: 1, per: 1m}}}")),
            () -> Instant.EPOCH.plus(elapsed),
            () -> elapsed.toNanos());

    assertThat(any.enter("a", caller("task", 1))).isInstanceOf(Call.class);
    assertThat(any.enter("a", caller("task", 1))).isInstanceOf(Entry.Later.class);
    assertThat(any.enter("b", caller("task", 1))).isInstanceOf(Call.class);
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
    return call(guards, "task");
  }

  private static Call call(HandlerGuards guards, String task) {
    return (Call) enter(guards, task, 1);
  }

  private static Entry enter(HandlerGuards guards, String task, int attempt) {
    return guards.enter("http-get", caller(task, attempt));
  }

  private static Caller caller(String task, int attempt) {
    return new Caller(task, attempt, () -> true);
  }

  /** Guards with a breaker that one failed call has opened. */
  private HandlerGuards open(String breaker) {
    HandlerGuards guards = guards("breaker: " + breaker);
    call(guards, "first").failed(DOWN);
    assertThat(guards.breakers()).isEqualTo(Map.of("http-get", "OPEN"));
    return guards;
  }

  private HandlerGuards guards(String policy) {
    String object = policy.startsWith("{") ? policy : "{" + policy + "}";
    return new HandlerGuards(
        ResilienceReader.read("test", TestPolicies.tree("{http-get: " + object + "}")),
        () -> Instant.EPOCH.plus(elapsed),
        () -> elapsed.toNanos());
  }
}
