package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.flow.ForEach;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.Parallel;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Priority;
import io.tierflow.flow.Rate;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.RetryPolicy;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import io.tierflow.flow.Timeouts;
import io.tierflow.flow.Timing;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Valid flows of every shape, the same for the same seed. */
final class RandomFlows {

  private static final List<String> TEXTS =
      List.of(
          "",
          "x",
          "yes",
          "1.0",
          "null",
          "~",
          "a: b",
          "# c",
          "ä→😀",
          "two\nlines",
          " pad ",
          "\"'\\",
          "\t",
          "1e3",
          "0x1F",
          "<<",
          "=",
          "- a",
          "{",
          "\u0001\u0085\u2028");
  private static final List<String> CONDITIONS =
      List.of("a", "a.b == 'c'", "length(@) > `0`", "items[?n > `1`]", "!done && \"x y\"");

  private static final List<String> CRONS =
      List.of("0 3 * * *", "*/15 8-18 * JAN,DEC 1-5", "7 * 1 */2 SUN", "0 0 29 2 *");
  private static final List<String> ZONES = List.of("Z", "Europe/Berlin", "+05:30", "UTC");

  private final Random random;

  RandomFlows(long seed) {
    this.random = new Random(seed);
  }

  Flow next() {
    List<Pipeline> pipelines = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      List<String> after =
          pipelines.stream().map(Pipeline::name).filter(name -> random.nextInt(3) == 0).toList();
      pipelines.add(new Pipeline("p" + i + (maybe() ? ".x_y-z" : ""), after, steps()));
    }
    boolean auto = random.nextInt(4) == 0;
    return new Flow(
        "flow-" + random.nextInt(100),
        auto ? Optional.empty() : optional(this::duration),
        auto,
        optional(this::schedule),
        pick(List.of(Priority.values())),
        pipelines);
  }

  private Schedule schedule() {
    Timing timing =
        maybe()
            ? new Every(Duration.ofMillis(1000 + random.nextInt(1_000_000_000)))
            : Cron.parse(pick(CRONS), ZoneId.of(pick(ZONES)));
    return new Schedule(
        timing,
        pick(List.of(Schedule.CatchUp.values())),
        pick(List.of(Schedule.Overlap.values())),
        Duration.ofMillis(random.nextInt(1000)),
        maybe() ? JsonNodeFactory.instance.objectNode() : value(0),
        optional(this::duration));
  }

  private <T> T pick(List<T> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(4) == 0) {
        List<Stage> stages = new ArrayList<>();
        for (int j = 0; j <= random.nextInt(3); j++) {
          stages.add(stage("s" + i + "-" + j));
        }
        steps.add(new Parallel(stages));
      } else {
        steps.add(stage("s" + i));
      }
    }
    return steps;
  }

  private Stage stage(String name) {
    Launcher launcher = pick(List.of(Launcher.values()));
    return new Stage(
        name,
        launcher == Launcher.SSH
            ? Launcher.SSH_HANDLER
            : maybe() ? "echo" : "com.example/" + random.nextInt(9) + " ü",
        maybe() ? JsonNodeFactory.instance.objectNode() : object(0),
        resourceClass(),
        launcher,
        maybe() ? Timeouts.NONE : timeouts(),
        maybe() ? RetryPolicy.NONE : retry(),
        Stream.generate(this::resourceClass).limit(random.nextInt(4)).distinct().toList(),
        maybe() ? 0 : 1 + random.nextLong(1L << random.nextInt(40)),
        optional(this::rate),
        optional(() -> new ForEach(1 + random.nextInt(2000), maybe())),
        optional(() -> CONDITIONS.get(random.nextInt(CONDITIONS.size()))));
  }

  private Rate rate() {
    return new Rate(
        1 + random.nextInt(Rate.MAX_CALLS),
        maybe() ? Rate.MIN_PER : Duration.ofMillis(1000 + random.nextInt(80_000_000)));
  }

  private Timeouts timeouts() {
    Set<Timeouts.Auto> auto = EnumSet.noneOf(Timeouts.Auto.class);
    for (Timeouts.Auto limit : Timeouts.Auto.values()) {
      if (maybe()) {
        auto.add(limit);
      }
    }
    return new Timeouts(
        auto.contains(Timeouts.Auto.QUEUE) ? Optional.empty() : optional(this::duration),
        auto.contains(Timeouts.Auto.RUN) ? Optional.empty() : optional(this::duration),
        optional(this::duration),
        optional(this::duration),
        optional(() -> maybe() ? Duration.ZERO : duration()),
        auto);
  }

  private RetryPolicy retry() {
    Duration first = maybe() ? Duration.ZERO : duration();
    Set<FailureKind> kinds = EnumSet.noneOf(FailureKind.class);
    for (FailureKind kind : FailureKind.values()) {
      if (maybe()) {
        kinds.add(kind);
      }
    }
    Duration max = maybe() ? first : DurationText.MAX;
    double jitter = maybe() ? 0.5 : random.nextInt(101) / 100.0;
    return new RetryPolicy(1 + random.nextInt(9), first, max, jitter, kinds);
  }

  private Duration duration() {
    return switch (random.nextInt(4)) {
      case 0 -> Duration.ofNanos(1 + random.nextInt(2_000_000_000));
      case 1 -> Duration.ofMillis(1 + random.nextInt(100_000));
      case 2 -> Duration.ofSeconds(1 + random.nextInt(1_000_000));
      default -> Duration.ofMinutes(1 + random.nextInt(100_000));
    };
  }

  private ResourceClass resourceClass() {
    return new ResourceClass(List.of("small", "large", "x-2", "on", "null").get(random.nextInt(5)));
  }

  private ObjectNode object(int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < random.nextInt(4); i++) {
      object.set(TEXTS.get(random.nextInt(TEXTS.size())), value(depth));
    }
    return object;
  }

  private JsonNode value(int depth) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(depth < 3 ? 9 : 7)) {
      case 0 -> nodes.numberNode(random.nextInt());
      case 1 -> nodes.numberNode(random.nextLong() | (1L << 40));
      case 2 -> nodes.numberNode(new BigInteger(90, random).setBit(90));
      case 3 -> nodes.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
      case 4 -> nodes.booleanNode(maybe());
      case 5 -> nodes.nullNode();
      case 6 -> nodes.textNode(TEXTS.get(random.nextInt(TEXTS.size())));
      case 7 -> nodes.arrayNode().add(value(depth + 1)).add(value(depth + 1));
      default -> object(depth + 1);
    };
  }

  private boolean maybe() {
    return random.nextBoolean();
  }

  private <T> Optional<T> optional(Supplier<T> value) {
    return maybe() ? Optional.of(value.get()) : Optional.empty();
  }
}
