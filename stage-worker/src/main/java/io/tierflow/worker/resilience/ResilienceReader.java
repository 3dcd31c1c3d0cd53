package io.tierflow.worker.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierflow.worker.resilience.HandlerPolicy.Breaker;
import io.tierflow.worker.resilience.HandlerPolicy.Bulkhead;
import io.tierflow.worker.resilience.HandlerPolicy.Rate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads policies, from a file of their own or as a section of another one: an object from handlers'
 * names to their policies.
 */
public final class ResilienceReader {

  private static final Duration BULKHEAD_WAIT = Duration.ofMillis(200);

  private ResilienceReader() {}

  /**
   * Reads a file: YAML, or the same as JSON.
   *
   * @throws IllegalArgumentException if it cannot be read, or is not what was expected; the message
   *     names file, place, what was found and what was expected
   */
  public static ResilienceConfig read(Path file) {
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel(file.toString()).setSchema(new CoreSchema()).build();
      Object document = new Load(settings).loadFromString(Files.readString(file));
      return read(file.toString(), new ObjectMapper().valueToTree(document));
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + e, e);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + ": is no YAML: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a section.
   *
   * @param place where it stands, for messages
   * @param section the object from handlers' names to policies
   * @throws IllegalArgumentException if it is not what was expected; the message names the place,
   *     what was found and what was expected
   */
  public static ResilienceConfig read(String place, JsonNode section) {
    Map<String, HandlerPolicy> policies = new HashMap<>();
    Section handlers = Section.of(place, section);
    handlers.names().forEach(name -> policies.put(name, policy(handlers.required(name))));
    return new ResilienceConfig(policies);
  }

  private static HandlerPolicy policy(Section policy) {
    policy.only("breaker", "rate", "bulkhead", "time-limit");
    return new HandlerPolicy(
        policy.section("breaker").map(ResilienceReader::breaker),
        policy.section("rate").map(ResilienceReader::rate),
        policy.section("bulkhead").map(ResilienceReader::bulkhead),
        policy.duration("time-limit"));
  }

  private static Breaker breaker(Section breaker) {
    breaker.only(
        "failure-rate",
        "calls",
        "minimum",
        "wait",
        "probes",
        "slow-after",
        "slow-rate",
        "patience");
    Breaker usual = Breaker.DEFAULT;
    int calls = breaker.whole("calls", 1, 10_000).orElse(usual.calls());
    return new Breaker(
        breaker.whole("failure-rate", 1, 100).orElse(usual.failureRate()),
        calls,
        breaker.whole("minimum", 1, calls).orElse(Math.min(calls, usual.minimum())),
        breaker.duration("wait").orElse(usual.waits()),
        breaker.whole("probes", 1, 1000).orElse(usual.probes()),
        breaker.duration("slow-after"),
        breaker.whole("slow-rate", 1, 100).orElse(usual.slowRate()),
        breaker.duration("patience").orElse(usual.patience()));
  }

  private static Rate rate(Section rate) {
    rate.only("calls", "per");
    return new Rate(
        rate.whole("calls", 1, 1_000_000).orElseThrow(() -> rate.missing("calls", "a number")),
        rate.duration("per").orElse(Duration.ofSeconds(1)));
  }

  private static Bulkhead bulkhead(Section bulkhead) {
    bulkhead.only("calls", "wait");
    return new Bulkhead(
        bulkhead.whole("calls", 1, 1000).orElseThrow(() -> bulkhead.missing("calls", "a number")),
        bulkhead.duration("wait").orElse(BULKHEAD_WAIT));
  }
}
