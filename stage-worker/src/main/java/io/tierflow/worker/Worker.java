package io.tierflow.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.handler.Handlers;
import io.tierflow.schemas.DeadLetter;
import io.tierflow.schemas.Pause;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StopOrder;
import io.tierflow.schemas.WorkerStatus;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.payload.KafkaPayloadStore;
import io.tierflow.wire.payload.Payloads;
import io.tierflow.wire.topics.BrokerAccess;
import io.tierflow.worker.isolation.HandlerCalls;
import io.tierflow.worker.memory.Room;
import io.tierflow.worker.resilience.HandlerGuards;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works the tasks of one resource class: takes them from Kafka, runs their handlers, and tells the
 * runner what became of them.
 *
 * <p>A task counts as taken care of only once its reply is confirmed by the brokers; a worker that
 * dies before loses nothing, the broker delivers its tasks again. Thread-safe; started once and
 * closed once.
 */
public final class Worker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private static final Duration ORDERS_LIMIT = Duration.ofSeconds(5);

  private final WorkerConfig config;
  private final Handlers handlers;
  private final WireCodec codec;
  private final WorkerClock clock;
  private final WorkerIdentity identity;
  private final HandlerGuards guards;
  private final Room room;
  private final Machine machine;
  private final StopSignal stop = new StopSignal();
  private final WorkerCounters counters = new WorkerCounters();
  private final SlotThreads slots;
  private final CountDownLatch started = new CountDownLatch(1);
  private Thread starter; // null but while it starts; guarded by this
  private boolean begun; // guarded by this
  private Connections connections; // null until started; guarded by this
  private boolean closed; // guarded by this

  /** Makes a worker that has not started yet. */
  public Worker(WorkerConfig config, Handlers handlers, WireCodec codec, WorkerClock clock) {
    this(config, handlers, codec, clock, Machine.OWN);
  }

  /**
   * Makes a worker that has not started yet.
   *
   * @param machine the one that its handlers work on: it takes tasks only while that is there
   */
  public Worker(
      WorkerConfig config, Handlers handlers, WireCodec codec, WorkerClock clock, Machine machine) {
    this.config = config;
    this.handlers = handlers;
    this.codec = codec;
    this.machine = machine;
    this.clock = clock;
    this.identity = WorkerIdentity.ofThisProcess(config.lane());
    this.guards = new HandlerGuards(config.resilience(), clock.wall(), clock.nanos());
    this.room = HandlerPlace.room(config);
    this.slots = new SlotThreads(config.slots(), config.grace(), stop, clock);
  }

  /** The worker's id, as replies and announcements name it. */
  public String id() {
    return identity.id();
  }

  /** Lets a registry see what this worker does, and the guards of its handlers. */
  public void bindTo(MeterRegistry meters) {
    guards.bindTo(meters);
    machine.bindTo(meters);
    counters.bindTo(meters, config.slots(), room);
  }

  /** Whether every slot takes tasks: all have subscribed, and it is not being stopped. */
  public boolean isReady() {
    return slots.allSubscribed() && !stop.isStopping();
  }

  /**
   * Prepares the topics and the share group, and starts the slots.
   *
   * @throws WorkerStartException if no broker or schema registry answers, or one refuses what the
   *     worker needs
   * @throws InterruptedException also if it is closed meanwhile
   */
  public void start() throws WorkerStartException, InterruptedException {
    synchronized (this) {
      if (begun || closed) {
        throw new IllegalStateException("a worker is started once");
      }
      begun = true;
      starter = Thread.currentThread();
    }
    try {
      open();
    } finally {
      synchronized (this) {
        starter = null;
      }
      started.countDown();
    }
  }

  private void open() throws WorkerStartException, InterruptedException {
    KafkaClients clients = new KafkaClients(config);
    Admin admin = admin(clients);
    int locks;
    Producer<byte[], byte[]> producer;
    try {
      prepareReplies();
      locks = new WorkerTopics(admin, config).prepare();
      producer = clients.producer();
    } catch (ConfigException e) {
      admin.close(Duration.ZERO);
      throw invalid(BrokerAccess.invalid(e));
    } catch (WorkerStartException | InterruptedException | RuntimeException e) {
      admin.close(Duration.ZERO);
      throw e;
    }
    HandlerCalls calls;
    try {
      calls = HandlerPlace.start(config, handlers);
    } catch (WorkerStartException | InterruptedException e) {
      producer.close(Duration.ZERO);
      admin.close(Duration.ZERO);
      throw e;
    }
    RecordSender sender = new RecordSender(producer, codec);
    KafkaPayloadStore store = clients.payloadStore(clock::now);
    WorkerParts parts =
        parts(
            sender,
            calls,
            new Payloads(store),
            new WindowPressure(admin, config.topics().tasks(config.lane()), locks),
            Coordinator.of(admin, config.topics().workerGroup(config.lane())));
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(3, Worker::timerThread);
    Announcer announcer = new Announcer(identity, parts, sender);
    OrderReader orders = orders(clients, parts);
    synchronized (this) {
      connections = new Connections(admin, producer, store, timer, orders, announcer, parts);
    }
    List<ScheduledFuture<?>> repeated =
        List.of(
            timer.scheduleWithFixedDelay(
                announcer::repeat,
                0,
                config.times().announcement().toMillis(),
                TimeUnit.MILLISECONDS),
            repeat(timer, parts.window()::refresh),
            repeat(timer, parts.coordinator()::refresh));
    log.debug("{} repeats {} jobs", identity.id(), repeated.size());
    if (!orders.awaitCaughtUp(ORDERS_LIMIT)) {
      log.warn("what no longer counts, or is paused, is not known yet: some of it may be begun");
    }
    slots.start((subscribed, name) -> new Slot(parts, clients::consumer, subscribed, name));
  }

  /**
   * Waits until every slot has subscribed.
   *
   * @return false if the time was over first
   */
  public boolean awaitSubscribed(Duration time) throws InterruptedException {
    return slots.awaitSubscribed(time);
  }

  /**
   * Stops: takes nothing new, lets running tasks end within the configured grace, gives the others
   * back, and says farewell. It ends soon after the grace also if no broker answers: what could not
   * be told or given back is then delivered again. Does nothing when called again.
   */
  @Override
  public void close() {
    boolean starting;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      stop.stop();
      starting = begun;
      if (starter != null) {
        starter.interrupt(); // what it waits for is of no use any more
      }
    }
    boolean interrupted = false;
    try {
      if (starting && !started.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("{} is still being started: it is left as it is", identity.id());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    Optional<Connections> open = connections();
    if (open.isPresent()) {
      open.get().announceAside();
      interrupted |= slots.drain(open.get());
      interrupted |= open.get().close(identity.id(), FAREWELL);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Optional<Connections> connections() {
    return Optional.ofNullable(connections);
  }

  private static Admin admin(KafkaClients clients) throws WorkerStartException {
    try {
      return clients.admin();
    } catch (BrokerAccess.UnknownHostsException e) {
      throw new WorkerStartException(WorkerStartException.Reason.UNREACHABLE, e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  private static WorkerStartException invalid(IllegalArgumentException e) {
    return new WorkerStartException(WorkerStartException.Reason.INVALID, e.getMessage(), e);
  }

  /** From here on a worker can tell what became of a task, also while the registry is away. */
  private void prepareReplies() throws WorkerStartException {
    try {
      codec.prepare(config.topics().results(), StageResult.class);
      codec.prepare(config.topics().errors(), StageFailed.class);
      codec.prepare(config.topics().deadLetters(), DeadLetter.class);
      codec.prepare(config.topics().workers(), WorkerStatus.class);
    } catch (RegistryException.Unavailable e) {
      throw new WorkerStartException(WorkerStartException.Reason.UNREACHABLE, e.getMessage(), e);
    } catch (RegistryException.Refused e) {
      throw new WorkerStartException(WorkerStartException.Reason.REFUSED, e.getMessage(), e);
    }
  }

  private WorkerParts parts(
      RecordSender sender,
      HandlerCalls calls,
      Payloads payloads,
      WindowPressure window,
      Coordinator coordinator) {
    return new WorkerParts(
        config,
        clock,
        new TaskReader(codec, clock),
        new TaskPayloads(payloads, stop),
        calls,
        new WorkerParts.Replies(
            new ReplyPublisher(sender, config.topics(), identity.id(), clock),
            new DeadLetters(sender, config.topics(), clock)),
        counters,
        new StopOrders(clock.nanos()),
        new PausedClasses(),
        machine,
        guards,
        stop,
        window,
        coordinator,
        room);
  }

  private OrderReader orders(KafkaClients clients, WorkerParts parts) {
    String control = config.topics().control();
    String pauses = config.topics().pauses();
    Map<String, OrderReader.Sink> sinks =
        Map.of(
            control,
            value -> parts.orders().take(codec.decode(control, value, StopOrder.class)),
            pauses,
            value -> parts.pauses().take(codec.decode(pauses, value, Pause.class)));
    return new OrderReader(() -> clients.reader("orders"), sinks).start();
  }

  /** A look at the brokers. */
  @FunctionalInterface
  private interface Look {
    void refresh() throws InterruptedException;
  }

  private static ScheduledFuture<?> repeat(ScheduledExecutorService timer, Look look) {
    return timer.scheduleWithFixedDelay(() -> refresh(look), 1, 1, TimeUnit.SECONDS);
  }

  private static void refresh(Look look) {
    try {
      look.refresh();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the timer ends
    }
  }

  private static Thread timerThread(Runnable body) {
    Thread thread = new Thread(body, "worker-timer");
    thread.setDaemon(true);
    return thread;
  }
}
