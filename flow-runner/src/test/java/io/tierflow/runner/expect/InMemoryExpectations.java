package io.tierflow.runner.expect;

import io.tierflow.client.CompletionView;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.machine.expect.ExpectDecision;
import io.tierflow.machine.expect.ExpectDecision.Outcome;
import io.tierflow.machine.expect.ExpectInput;
import io.tierflow.machine.expect.ExpectMachine;
import io.tierflow.machine.expect.ExpectState;
import io.tierflow.machine.expect.Expectation;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** The machine over a map, on a clock that the test moves. */
public final class InMemoryExpectations implements ExpectationService {

  private final Map<Subject, ExpectState> states = new LinkedHashMap<>();
  private Instant now;
  private int ids;

  /** Begins at a time. */
  public InMemoryExpectations(Instant start) {
    now = start;
  }

  /** Lets time pass, and flags what is late then. */
  public synchronized void moveTo(Instant time) {
    now = time;
    List.copyOf(states.keySet())
        .forEach(subject -> decide(subject, new ExpectInput.Woken("" + ids++, time)));
  }

  /** What is missing. */
  public synchronized List<MissingCompletion> missing() {
    return states.entrySet().stream()
        .flatMap(
            each ->
                each.getValue().open().stream()
                    .map(flag -> ExpectationViews.missing(each.getKey(), flag)))
        .toList();
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized Registered register(Subject subject, Expectation expectation, Scope scope) {
    ExpectDecision decision = decide(subject, new ExpectInput.Register("" + ids++, expectation));
    return new Registered(
        decision.outcome() instanceof Outcome.Created,
        ExpectationViews.of(subject, states.get(subject)));
  }

  @Override
  public synchronized Optional<ExpectationView> find(Subject subject, Scope scope) {
    return Optional.ofNullable(states.get(subject))
        .filter(ExpectState::isExpected)
        .map(state -> ExpectationViews.of(subject, state));
  }

  @Override
  public synchronized Page<ExpectationView> list(Filter filter, Optional<Set<Integer>> partitions) {
    List<ExpectationView> all =
        states.keySet().stream()
            .sorted(Comparator.comparing(Subject::name).thenComparing(Subject::key))
            .flatMap(subject -> find(subject, Scope.HERE).stream())
            .filter(view -> filter.name().filter(name -> !name.equals(view.name())).isEmpty())
            .filter(view -> filter.state().filter(state -> !state.equals(view.state())).isEmpty())
            .toList();
    int from = filter.cursor().map(Integer::parseInt).orElse(0);
    int to = Math.min(all.size(), from + filter.limit());
    return new Page<>(all.subList(from, to), to < all.size() ? String.valueOf(to) : null);
  }

  @Override
  public synchronized ExpectationView remove(Subject subject, Scope scope) {
    decide(subject, new ExpectInput.Remove("" + ids++));
    return ExpectationViews.of(subject, states.get(subject));
  }

  @Override
  public synchronized CompletionView report(String name, CompletionBody body, Scope scope) {
    Subject subject = new Subject(name, body.key());
    ExpectDecision decision =
        decide(
            subject,
            new ExpectInput.Reported(
                body.id().orElseGet(() -> "" + ids++),
                body.at().orElse(now),
                body.status(),
                body.message()));
    return ExpectationViews.completion(
        subject, ((Outcome.Kept) decision.outcome()).report(), states.get(subject));
  }

  private ExpectDecision decide(Subject subject, ExpectInput input) {
    ExpectDecision decision =
        ExpectMachine.decide(Optional.ofNullable(states.get(subject)), input, now);
    if (decision.outcome() instanceof Outcome.Unknown) {
      throw new NoSuchElementException("no such expectation: " + subject);
    }
    decision
        .state()
        .ifPresentOrElse(state -> states.put(subject, state), () -> states.remove(subject));
    return decision;
  }
}
