package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.worker.memory.Room;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MetricsServerTest {

  @Test
  void tellsOfEachClassWhatItsWorkerDoesAndWhetherTheProcessIsReady() throws Exception {
    AtomicBoolean ready = new AtomicBoolean();
    try (MetricsServer server = MetricsServer.start("127.0.0.1", 0, ready::get)) {
      WorkerCounters small = new WorkerCounters();
      WorkerCounters large = new WorkerCounters();
      small.bindTo(server.ofClass("small"), 7, Room.unlimited());
      large.bindTo(server.ofClass("large"), 1, Room.unlimited());
      small.busy.set(3);
      large.succeeded.set(5);

      assertThat(get(server, "/metrics").body())
          .contains("tierflow_worker_slots{class=\"small\"} 7.0")
          .contains("tierflow_worker_slots{class=\"large\"} 1.0")
          .contains("tierflow_worker_busy{class=\"small\"} 3.0")
          .contains("tierflow_worker_tasks_total{class=\"large\",how=\"succeeded\"} 5.0")
          .contains("jvm_memory_used_bytes");
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(server, "/health/ready").statusCode()).isEqualTo(503);
      ready.set(true);
      assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);

      assertThatThrownBy(() -> MetricsServer.start("127.0.0.1", server.port(), ready::get))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected a free one");
    }
  }

  private static HttpResponse<String> get(MetricsServer server, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
