package io.tierflow.runner.engine;

import io.tierflow.client.CompletionView;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.Page;
import io.tierflow.machine.expect.ExpectDecision;
import io.tierflow.machine.expect.ExpectDecision.Outcome;
import io.tierflow.machine.expect.Expectation;
import io.tierflow.machine.expect.Report;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.engine.RunPlaces.Place;
import io.tierflow.runner.expect.CompletionBody;
import io.tierflow.runner.expect.ExpectationService;
import io.tierflow.runner.expect.ExpectationViews;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.RemoveExpectation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The expectations of all runners: the one that keeps a name sends its commands and says what was
 * decided, whichever was asked. Thread-safe.
 */
record ClusterExpectations(
    RunPlaces places,
    ExpectQueries queries,
    RemoteExpectations remote,
    Asking asking,
    InstantSource clock)
    implements ExpectationService {

  /** How a command is sent, and its answer awaited. */
  record Asking(ExpectAnswers answers, CommandSender commands) {}

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public Registered register(Subject subject, Expectation expectation, Scope scope) {
    Place place = place(subject.name(), scope);
    if (!place.isHere()) {
      return remote.register(place.owner(), subject, expectation);
    }
    ExpectDecision decision =
        ask(
            subject.name(),
            UUID.randomUUID().toString(),
            ExpectRecords.register(subject.key(), expectation));
    return new Registered(decision.outcome() instanceof Outcome.Created, view(subject, decision));
  }

  @Override
  public Optional<ExpectationView> find(Subject subject, Scope scope) {
    Place place = place(subject.name(), scope);
    return place.isHere()
        ? queries.find(subject, place.partition())
        : remote.find(place.owner(), subject);
  }

  @Override
  public Page<ExpectationView> list(Filter filter, Optional<Set<Integer>> partitions) {
    if (partitions.isPresent()) {
      return queries.list(filter, partitions.get());
    }
    List<ExpectationView> found = new ArrayList<>();
    places
        .owners()
        .forEach(
            (owner, owned) ->
                found.addAll(
                    (places.isHere(owner)
                            ? queries.list(filter, owned)
                            : remote.list(owner, filter, owned))
                        .items()));
    return ExpectQueries.page(found, filter.limit());
  }

  @Override
  public ExpectationView remove(Subject subject, Scope scope) {
    Place place = place(subject.name(), scope);
    if (!place.isHere()) {
      return remote.remove(place.owner(), subject);
    }
    ExpectDecision decision =
        ask(subject.name(), UUID.randomUUID().toString(), new RemoveExpectation(subject.key()));
    if (decision.outcome() instanceof Outcome.Unknown) {
      throw unknown(subject);
    }
    return view(subject, decision);
  }

  @Override
  public CompletionView report(String name, CompletionBody body, Scope scope) {
    Place place = place(name, scope);
    String id = body.id().orElseGet(() -> UUID.randomUUID().toString());
    if (!place.isHere()) {
      return remote.report(place.owner(), name, body, id);
    }
    Subject subject = new Subject(name, body.key());
    Instant happened = body.at().orElse(null);
    ExpectDecision decision = ask(name, id, ExpectRecords.report(body, happened, null));
    if (decision.outcome() instanceof Outcome.Unknown) {
      throw unknown(subject);
    }
    Report report =
        decision.outcome() instanceof Outcome.Kept kept
            ? kept.report()
            : new Report( // known again by its id, but shown no longer
                id,
                body.at().orElse(clock.instant()),
                body.status(),
                body.message(),
                Report.Verdict.DUPLICATE,
                null);
    return ExpectationViews.completion(subject, report, decision.state().orElseThrow());
  }

  private ExpectDecision ask(String name, String id, Object body) {
    return Outages.told(
        () ->
            asking.answers().ask(new Command(name, id, clock.instant(), body), asking.commands()));
  }

  // The asker's view or this one is of before a hand-over: to say "unknown" could be wrong.
  private Place place(String name, Scope scope) {
    Place place = places.of(name);
    if (scope == Scope.HERE && !place.isHere()) {
      throw new UnavailableException(
          "expectation " + name + " is kept by another runner; try again", null);
    }
    return place;
  }

  private static ExpectationView view(Subject subject, ExpectDecision decision) {
    return ExpectationViews.of(subject, decision.state().orElseThrow());
  }

  private static NoSuchElementException unknown(Subject subject) {
    return new NoSuchElementException("no such expectation: " + subject);
  }
}
