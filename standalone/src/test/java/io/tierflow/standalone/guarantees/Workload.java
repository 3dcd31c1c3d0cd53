package io.tierflow.standalone.guarantees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.FlowClient;
import io.tierflow.client.ProblemException;
import io.tierflow.client.ReplayRequest;
import io.tierflow.client.RunView;
import io.tierflow.flow.Flow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Submits runs of flows of all kinds, cancels some and replays others, as its seed says. */
final class Workload {

  /** How many runs may be open at once. */
  private static final int MOST_OPEN = 40;

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int ELEMENTS = 6;

  private final long seed;
  private final Random random;
  private final Runners runners;
  private final Map<String, Flow> flows = new LinkedHashMap<>();
  private final List<Submission> submissions = new ArrayList<>();
  private volatile String seen = ""; // the run that was seen last
  private final List<String> open = new ArrayList<>();
  private final List<String> toCancel = new ArrayList<>();
  private final Map<String, JsonNode> toReplay = new HashMap<>();
  private final Map<String, RunView> ended = new LinkedHashMap<>();

  Workload(long seed, Runners runners) {
    this.seed = seed;
    this.random = new Random(seed);
    this.runners = runners;
  }

  void apply() throws InterruptedException {
    for (Map.Entry<String, String> text : WorkloadFlows.texts().entrySet()) {
      runners.ask(client -> client.apply(text.getKey(), text.getValue()));
      flows.put(text.getKey(), WorkloadFlows.read(text.getKey()));
    }
  }

  /** Submits one run if there is room, and does what is due to earlier ones. */
  void step() throws InterruptedException {
    if (!toCancel.isEmpty() && random.nextInt(3) == 0) {
      cancel(toCancel.remove(random.nextInt(toCancel.size())));
    }
    look();
    if (open.size() < MOST_OPEN) {
      submit(new ArrayList<>(flows.keySet()).get(random.nextInt(flows.size())));
    }
  }

  /** Looks at the open runs; true when all have ended and all that fails once is replayed. */
  boolean look() throws InterruptedException {
    for (String id : List.copyOf(open)) {
      Optional<RunView> run = runners.ask(client -> client.run(id));
      if (run.isPresent()) {
        seen = id;
      }
      if (run.isPresent() && FlowClient.ENDED.contains(run.get().state())) {
        open.remove(id);
        ended.put(id, run.get());
        if (toReplay.containsKey(id)) {
          replay(id, toReplay.remove(id));
        }
      }
    }
    return open.isEmpty();
  }

  /**
   * Whether a runner shows a run that has been to be seen before, if there is any. Any thread may
   * ask.
   */
  boolean isShown(FlowClient client) {
    String id = seen;
    return id.isEmpty() || client.run(id).isPresent();
  }

  List<Submission> submissions() {
    return submissions;
  }

  /** Every run as it is now shown. */
  List<RunView> runs() throws InterruptedException {
    List<RunView> all = new ArrayList<>();
    for (Submission submission : submissions) {
      runners.ask(client -> client.run(submission.runId())).ifPresent(all::add);
    }
    return all;
  }

  private void submit(String flow) throws InterruptedException {
    int number = submissions.size();
    JsonNode input = flow.equals("for-each") ? list(number) : text("bad " + number);
    Optional<String> key = Optional.of(seed + "-" + number);
    String id = runners.ask(client -> client.submit(flow, input, Map.of(), key));
    open.add(id);
    switch (flow) {
      case WorkloadFlows.CANCELLED -> {
        toCancel.add(id);
        submissions.add(new Submission(id, flows.get(flow), null, null, null));
      }
      case WorkloadFlows.FAILING ->
          submissions.add(new Submission(id, flows.get(flow), null, "FAILED", null));
      case WorkloadFlows.REPLAYED -> {
        toReplay.put(id, text("good " + number));
        submissions.add(new Submission(id, flows.get(flow), null, "FAILED", null));
      }
      case "parallel" -> submissions.add(succeeding(id, flow, null));
      default -> submissions.add(succeeding(id, flow, output(input)));
    }
  }

  private Submission succeeding(String id, String flow, JsonNode output) {
    return new Submission(id, flows.get(flow), null, "SUCCEEDED", output);
  }

  private void cancel(String id) throws InterruptedException {
    try {
      runners.ask(
          client -> {
            client.cancel(id, "by the workload");
            return id;
          });
    } catch (ProblemException e) {
      if (e.status() == NOT_FOUND) {
        toCancel.add(id); // accepted, and not to be seen yet
      } else if (e.status() != CONFLICT) {
        throw e;
      }
    }
  }

  private void replay(String original, JsonNode input) throws InterruptedException {
    ReplayRequest request = new ReplayRequest(List.of("p/check"), input, null);
    String id;
    try {
      id = runners.ask(client -> client.replay(original, request));
    } catch (ProblemException e) {
      if (e.status() != CONFLICT) {
        throw e;
      }
      // Its end was shown before it was written down, and its runner died: it is decided again.
      open.add(original);
      toReplay.put(original, input);
      return;
    }
    open.add(id);
    submissions.add(
        new Submission(
            id, flows.get(WorkloadFlows.REPLAYED), original, "SUCCEEDED", output(input)));
  }

  private static JsonNode output(JsonNode ofPipeline) {
    return JsonNodeFactory.instance.objectNode().set("p", ofPipeline);
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.textNode(text);
  }

  private static JsonNode list(int number) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < ELEMENTS; i++) {
      list.add(number * 100 + i);
    }
    return list;
  }
}
