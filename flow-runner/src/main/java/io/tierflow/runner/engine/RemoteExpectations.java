package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tierflow.client.CompletionRequest;
import io.tierflow.client.CompletionView;
import io.tierflow.client.ExpectationRequest;
import io.tierflow.client.ExpectationView;
import io.tierflow.client.Page;
import io.tierflow.flow.file.DurationText;
import io.tierflow.machine.expect.Expectation;
import io.tierflow.runner.engine.RemoteRunners.Answer;
import io.tierflow.runner.expect.CompletionBody;
import io.tierflow.runner.expect.ExpectationService.Filter;
import io.tierflow.runner.expect.ExpectationService.Registered;
import io.tierflow.runner.expect.ExpectationService.Subject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;

/** Asks other runners about the expectations that live with them. Thread-safe. */
record RemoteExpectations(RemoteRunners runners) {

  private static final String PATH = "/api/v1/expectations";
  private static final TypeReference<ExpectationView> VIEW = new TypeReference<>() {};

  Registered register(HostInfo host, Subject subject, Expectation expectation) {
    ExpectationRequest request =
        new ExpectationRequest(
            subject.name(),
            subject.key(),
            expectation.due().map(Instant::toString).orElse(null),
            expectation.every().map(DurationText::format).orElse(null),
            expectation.cron().orElse(null),
            expectation.zone().orElse(null),
            DurationText.format(expectation.within()),
            expectation.labels());
    Answer answer = runners.ask(host, "POST", PATH + "?local=true", request);
    return new Registered(answer.status() == 201, answer.as(VIEW));
  }

  Optional<ExpectationView> find(HostInfo host, Subject subject) {
    return runners.find(host, path(subject), VIEW);
  }

  Page<ExpectationView> list(HostInfo host, Filter filter, Set<Integer> partitions) {
    StringBuilder path = new StringBuilder(PATH).append("?limit=").append(filter.limit());
    path.append("&partitions=")
        .append(partitions.stream().map(String::valueOf).collect(Collectors.joining(",")));
    filter.name().ifPresent(name -> path.append("&name=").append(RemoteRunners.encode(name)));
    filter.state().ifPresent(state -> path.append("&state=").append(RemoteRunners.encode(state)));
    filter
        .cursor()
        .ifPresent(cursor -> path.append("&cursor=").append(RemoteRunners.encode(cursor)));
    return runners
        .ask(host, "GET", path.toString(), null)
        .as(new TypeReference<Page<ExpectationView>>() {});
  }

  ExpectationView remove(HostInfo host, Subject subject) {
    return runners.ask(host, "DELETE", path(subject), null).as(VIEW);
  }

  CompletionView report(HostInfo host, String name, CompletionBody body, String id) {
    CompletionRequest request =
        new CompletionRequest(
            body.key(), body.status().name(), body.message(), body.at().orElse(null), id);
    return runners
        .ask(
            host,
            "POST",
            PATH + "/" + RemoteRunners.encode(name) + "/completions?local=true",
            request)
        .as(new TypeReference<CompletionView>() {});
  }

  private static String path(Subject subject) {
    return PATH
        + "/"
        + RemoteRunners.encode(subject.name())
        + "?local=true&key="
        + RemoteRunners.encode(subject.key());
  }
}
