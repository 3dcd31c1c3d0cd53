package io.tierflow.worker;

import io.tierflow.flow.Launcher;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.worker.isolation.IsolationSettings;
import io.tierflow.worker.resilience.ResilienceConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a worker is told at its start. Immutable; made by {@link #builder()}, which checks it. */
public final class WorkerConfig {

  /** The largest output in bytes, unless configured: 64 MiB. */
  public static final int DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

  /** The most slots of one worker: each is a member of the share group, and groups are bounded. */
  public static final int MAX_SLOTS = 200;

  private static final Pattern CLASS_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,60}");

  private final String bootstrap;
  private final TopicNames topics;
  private final String resourceClass;
  private final Launcher launcher;
  private final int slots;
  private final FetchMode fetchMode;
  private final WorkerTimes times;
  private final Duration grace;
  private final Duration cancelGrace;
  private final int maxOutputBytes;
  private final int maxRecordLocks;
  private final Optional<IsolationSettings> isolation;
  private final Optional<Path> handlersFolder;
  private final ResilienceConfig resilience;
  private final Map<String, String> kafka;
  private final Optional<String> poolName;
  private final Map<String, String> labels;

  private WorkerConfig(Builder builder) {
    this.bootstrap = builder.bootstrap;
    this.topics = new TopicNames(builder.topicPrefix);
    this.resourceClass = builder.resourceClass;
    this.launcher = builder.launcher;
    this.slots = builder.slots;
    this.fetchMode = builder.fetchMode;
    this.times = builder.times;
    this.grace = builder.grace;
    this.cancelGrace = builder.cancelGrace;
    this.maxOutputBytes = builder.maxOutputBytes;
    this.maxRecordLocks = builder.maxRecordLocks;
    this.isolation = builder.isolation.map(it -> it.withCancelGrace(builder.cancelGrace));
    this.handlersFolder = builder.handlersFolder;
    this.resilience = builder.resilience;
    this.kafka = Map.copyOf(builder.kafka);
    this.poolName = builder.poolName;
    this.labels = Map.copyOf(builder.labels);
  }

  /** Begins with the defaults; bootstrap and class have none. */
  public static Builder builder() {
    return new Builder();
  }

  /** Kafka's bootstrap servers, {@code host:port[,host:port…]}. */
  public String bootstrap() {
    return bootstrap;
  }

  /** The topics' names. */
  public TopicNames topics() {
    return topics;
  }

  /** The resource class whose tasks are worked. */
  public String resourceClass() {
    return resourceClass;
  }

  /** Whose tasks of the class are worked: its pools' unless configured. */
  public Launcher launcher() {
    return launcher;
  }

  /** The lane of class and launcher: it has the task topic and the share group. */
  public String lane() {
    return launcher.lane(resourceClass);
  }

  /** How many tasks run at once. */
  public int slots() {
    return slots;
  }

  /** How tasks are taken. */
  public FetchMode fetchMode() {
    return fetchMode;
  }

  /** How long to wait for what. */
  public WorkerTimes times() {
    return times;
  }

  /** How long running tasks may go on when the worker is stopped. */
  public Duration grace() {
    return grace;
  }

  /** How long a cancelled task may take to end before its thread is given up. */
  public Duration cancelGrace() {
    return cancelGrace;
  }

  /** The largest output, in bytes; a larger one fails its attempt for good. */
  public int maxOutputBytes() {
    return maxOutputBytes;
  }

  /** The in-flight window of the class's partition: a span of offsets. */
  public int maxRecordLocks() {
    return maxRecordLocks;
  }

  /** The limits of the child processes in which handlers run; empty if they run on threads. */
  public Optional<IsolationSettings> isolation() {
    return isolation;
  }

  /** Where the jars of users' handlers lie. */
  public Optional<Path> handlersFolder() {
    return handlersFolder;
  }

  /** The guards of the handlers, by their names. */
  public ResilienceConfig resilience() {
    return resilience;
  }

  /** Further properties of every Kafka client, for example for security. */
  public Map<String, String> kafka() {
    return kafka;
  }

  /** What the pool is called: the class unless configured. */
  public String poolName() {
    return poolName.orElse(resourceClass);
  }

  /** What its operator calls the worker by. */
  public Map<String, String> labels() {
    return labels;
  }

  /** Gathers a configuration; not thread-safe. */
  public static final class Builder {

    private String bootstrap = "";
    private String topicPrefix = TopicNames.DEFAULT_PREFIX;
    private String resourceClass = "";
    private Launcher launcher = Launcher.KAFKA;
    private int slots = 1;
    private FetchMode fetchMode = FetchMode.AUTO;
    private WorkerTimes times = WorkerTimes.ofDefaults();
    private Duration grace = Duration.ofSeconds(30);
    private Duration cancelGrace = Duration.ofSeconds(5);
    private int maxOutputBytes = DEFAULT_MAX_OUTPUT_BYTES;
    private int maxRecordLocks = 10_000;
    private Optional<IsolationSettings> isolation = Optional.empty();
    private Optional<Path> handlersFolder = Optional.empty();
    private ResilienceConfig resilience = ResilienceConfig.NONE;
    private final Map<String, String> kafka = new HashMap<>();
    private Optional<String> poolName = Optional.empty();
    private Map<String, String> labels = Map.of();

    private Builder() {}

    /** Sets the bootstrap servers. */
    public Builder bootstrap(String value) {
      this.bootstrap = value;
      return this;
    }

    /** Sets what every topic's name begins with; {@code tierflow.} by default. */
    public Builder topicPrefix(String value) {
      this.topicPrefix = value;
      return this;
    }

    /** Sets the resource class. */
    public Builder resourceClass(String value) {
      this.resourceClass = value;
      return this;
    }

    /** Sets whose tasks of the class are worked; those of its pools by default. */
    public Builder launcher(Launcher value) {
      this.launcher = value;
      return this;
    }

    /** Sets how many tasks run at once, 1 to {@link WorkerConfig#MAX_SLOTS}; 1 by default. */
    public Builder slots(int value) {
      this.slots = value;
      return this;
    }

    /** Sets how tasks are taken; {@link FetchMode#AUTO} by default. */
    public Builder fetchMode(FetchMode value) {
      this.fetchMode = value;
      return this;
    }

    /** Sets how long to wait for what. */
    public Builder times(WorkerTimes value) {
      this.times = value;
      return this;
    }

    /** Sets how long running tasks may go on at a stop; 30 s by default. */
    public Builder grace(Duration value) {
      this.grace = value;
      return this;
    }

    /** Sets how long a cancelled task may take to end; 5 s by default. */
    public Builder cancelGrace(Duration value) {
      this.cancelGrace = value;
      return this;
    }

    /**
     * Sets the largest output in bytes; 64 MiB by default. Outputs past 512 KiB travel through the
     * payload store.
     */
    public Builder maxOutputBytes(int value) {
      this.maxOutputBytes = value;
      return this;
    }

    /**
     * Sets the in-flight window of the class's partition; 10,000, the broker's most, by default.
     */
    public Builder maxRecordLocks(int value) {
      this.maxRecordLocks = value;
      return this;
    }

    /**
     * Runs each task in a child process with these limits; on a thread of the worker by default.
     * The grace of a cancelled task is this configuration's.
     */
    public Builder isolation(IsolationSettings value) {
      this.isolation = Optional.of(value);
      return this;
    }

    /** Sets the folder of users' handlers. */
    public Builder handlersFolder(Path value) {
      this.handlersFolder = Optional.of(value);
      return this;
    }

    /** Sets the guards of the handlers; none by default. */
    public Builder resilience(ResilienceConfig value) {
      this.resilience = value;
      return this;
    }

    /** Sets what the pool is called; the class by default. */
    public Builder poolName(String value) {
      this.poolName = Optional.of(value);
      return this;
    }

    /** Sets what its operator calls the worker by; nothing by default. */
    public Builder labels(Map<String, String> value) {
      this.labels = Map.copyOf(value);
      return this;
    }

    /** Adds a property for every Kafka client. */
    public Builder kafka(String key, String value) {
      this.kafka.put(key, value);
      return this;
    }

    /**
     * Checks and makes the configuration.
     *
     * @throws IllegalArgumentException if a value is missing or out of bounds; the message names it
     */
    public WorkerConfig build() {
      check(!bootstrap.isBlank(), "bootstrap servers are missing: expected host:port");
      check(
          CLASS_NAME.matcher(resourceClass).matches(),
          "class '"
              + resourceClass
              + "': expected 1 to 60 letters, digits, underscores or hyphens");
      check(slots >= 1 && slots <= MAX_SLOTS, "slots " + slots + ": expected 1 to " + MAX_SLOTS);
      check(!grace.isNegative(), "grace " + grace + ": expected zero or more");
      check(!cancelGrace.isNegative(), "cancel grace " + cancelGrace + ": expected zero or more");
      check(maxOutputBytes > 0, "largest output " + maxOutputBytes + ": expected more than zero");
      check(maxRecordLocks > 0, "record locks " + maxRecordLocks + ": expected more than zero");
      return new WorkerConfig(this);
    }

    private static void check(boolean holds, String message) {
      if (!holds) {
        throw new IllegalArgumentException(message);
      }
    }
  }
}
