package io.tierflow.standalone.footprint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.client.FlowClient;
import io.tierflow.client.RunView;
import io.tierflow.standalone.faults.TestSystem;
import io.tierflow.wire.topics.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how many bytes a run, a stage and a byte of payload take, topic by topic. */
@Command(
    name = "footprint",
    mixinStandardHelpOptions = true,
    description = "Measures how many bytes a run, a stage and a byte of payload take in Kafka.")
public final class FootprintMain implements Callable<Integer> {

  private static final TopicNames NAMES = TopicNames.ofDefaults();
  private static final int FEW = 1;
  private static final int MANY = 11;
  private static final int SMALL = 100;
  private static final int LARGE = 1100;
  private static final int SLOTS = 8;

  @Option(
      names = "--runs",
      defaultValue = "500",
      description = "How many runs of each of the three kinds; default ${DEFAULT-VALUE}.")
  private int runs;

  private final CountDownLatch never = new CountDownLatch(1);

  /**
   * What runs of one kind took.
   *
   * @param topics bytes on disk a run, by topic
   * @param state bytes of state a run, newest of each key
   */
  private record Taken(Map<String, Double> topics, double state) {}

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new FootprintMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (TestSystem system = TestSystem.start(FootprintMain.class, Map.of("small", SLOTS));
        Sizes sizes = new Sizes(system.cluster().bootstrap(), NAMES.prefix())) {
      take(system, sizes, FEW, SMALL); // what is made at the first run is no run's
      Taken few = take(system, sizes, FEW, SMALL);
      Taken many = take(system, sizes, MANY, SMALL);
      Taken large = take(system, sizes, MANY, LARGE);
      print(few, many, large);
      Path state = system.cluster().runnerDir("runner");
      system.cluster().child("runner").restart(); // an orderly stop writes all of it down
      System.out.printf("%nthe runner's folder after %d runs: %d bytes%n", 4 * runs, disk(state));
    }
    return 0;
  }

  private Taken take(TestSystem system, Sizes sizes, int stages, int payload) throws Exception {
    String flow = "flow-" + stages + "-" + payload;
    system.client().apply(flow, flow(flow, stages));
    Map<String, Long> before = settled(sizes);
    long stateBefore = state(sizes, before);
    String text = "x".repeat(payload - 2); // and two quotes
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      ids.add(system.client().submit(flow, JsonNodeFactory.instance.textNode(text)));
    }
    for (String id : ids) {
      TestSystem.patiently().until(() -> system.client().run(id), FootprintMain::hasSucceeded);
    }
    Map<String, Long> after = settled(sizes);
    Map<String, Double> taken = new TreeMap<>();
    after.forEach(
        (topic, bytes) ->
            taken.put(topic, (bytes - before.getOrDefault(topic, 0L)) / (double) runs));
    return new Taken(taken, (state(sizes, after) - stateBefore) / (double) runs);
  }

  private static boolean hasSucceeded(Optional<RunView> run) {
    String state = run.map(RunView::state).orElse("");
    if (FlowClient.ENDED.contains(state) && !state.equals("SUCCEEDED")) {
      throw new IllegalStateException("expected a run that succeeds, found " + run.get());
    }
    return state.equals("SUCCEEDED");
  }

  private static String flow(String name, int stages) {
    StringBuilder text =
        new StringBuilder("flow: " + name + "\nclass: small\npipelines:\n  p:\n    stages:\n");
    for (int i = 0; i < stages; i++) {
      text.append("      - {stage: stage-").append(i).append(", handler: echo}\n");
    }
    return text.toString();
  }

  /** All topics but the workers', once nothing more is written. */
  private Map<String, Long> settled(Sizes sizes) throws Exception {
    Map<String, Long> last = Map.of();
    while (true) {
      Map<String, Long> now = sizes.bytes();
      now.remove(NAMES.workers());
      if (now.equals(last)) {
        return now;
      }
      last = now;
      never.await(2, TimeUnit.SECONDS);
    }
  }

  private static long state(Sizes sizes, Map<String, Long> topics) {
    return topics.keySet().stream()
        .filter(topic -> topic.endsWith("-changelog"))
        .mapToLong(sizes::newest)
        .sum();
  }

  private static void print(Taken few, Taken many, Taken large) {
    System.out.printf(
        "%n%-44s %12s %12s %16s%n", "bytes", "each run", "each stage", "payload byte");
    TreeSet<String> topics = new TreeSet<>(many.topics().keySet());
    double[] sums = new double[3];
    for (String topic : topics) {
      double stage = (of(many.topics(), topic) - of(few.topics(), topic)) / (MANY - FEW);
      double run = of(few.topics(), topic) - FEW * stage;
      double payload =
          (of(large.topics(), topic) - of(many.topics(), topic)) / (LARGE - SMALL) / MANY;
      line(topic, run, stage, payload);
      sums[0] += run;
      sums[1] += stage;
      sums[2] += payload;
    }
    line("all topics", sums[0], sums[1], sums[2]);
    double stage = (many.state() - few.state()) / (MANY - FEW);
    line(
        "state, newest of each key",
        few.state() - FEW * stage,
        stage,
        (large.state() - many.state()) / (LARGE - SMALL) / MANY);
  }

  private static double of(Map<String, Double> topics, String topic) {
    return topics.getOrDefault(topic, 0.0);
  }

  private static void line(String what, double run, double stage, double payload) {
    System.out.printf("%-44s %12.0f %12.0f %16.2f%n", what, run, stage, payload);
  }

  private static long disk(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(FootprintMain::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // it is gone meanwhile
    }
  }
}
