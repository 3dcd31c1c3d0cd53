package io.tierflow.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tierflow.client.FlowClient;
import io.tierflow.client.ProblemException;
import io.tierflow.client.RunnerUnreachableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PatientClientTest {

  private static final String KILLED = "";
  private static final String STARTING = "503 {\"title\":\"Not ready\",\"detail\":\"starting\"}";

  private final Queue<String> answers = new ConcurrentLinkedQueue<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private HttpServer runner;
  private PatientClient client;

  @BeforeEach
  void start() throws IOException {
    runner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    runner.createContext("/", this::answer);
    runner.start();
    client = patient(Duration.ofMinutes(5));
  }

  @AfterEach
  void stop() {
    runner.stop(0);
  }

  @Test
  void appliesAFlowWhenTheRunnerIsBack() throws Exception {
    answers.addAll(
        List.of(KILLED, STARTING, "200 {\"name\":\"f\",\"version\":1,\"definition\":{}}"));
    client.apply("f", "flow: f");
    assertThat(answers).isEmpty();
  }

  @Test
  void submitsOneRunHoweverOftenTheRunnerIsKilledMeanwhile() throws Exception {
    answers.addAll(List.of(KILLED, STARTING, KILLED, "202 {\"id\":\"r1\"}"));
    assertThat(client.submit("f", JsonNodeFactory.instance.objectNode())).isEqualTo("r1");
    assertThat(keys).hasSizeGreaterThanOrEqualTo(4);
    Set<String> different = new HashSet<>(keys);
    assertThat(different).hasSize(1).doesNotContain("null");
  }

  @Test
  void doesNotRepeatWhatTheRunnerRefuses() {
    answers.add("422 {\"title\":\"Invalid flow\",\"detail\":\"no\"}");
    assertThatThrownBy(() -> client.apply("f", "flow: f")).isInstanceOf(ProblemException.class);
  }

  @Test
  void losesPatienceInTheEnd() {
    runner.stop(0);
    assertThatThrownBy(() -> patient(Duration.ofMillis(300)).apply("f", "flow: f"))
        .isInstanceOf(RunnerUnreachableException.class);
  }

  private PatientClient patient(Duration patience) {
    URI address = URI.create("http://127.0.0.1:" + runner.getAddress().getPort());
    return new PatientClient(FlowClient.of(address), InstantSource.system(), patience);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
      String answer = answers.remove();
      if (!answer.equals(KILLED)) {
        byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }
}
