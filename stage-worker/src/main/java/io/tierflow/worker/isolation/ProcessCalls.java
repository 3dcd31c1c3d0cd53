package io.tierflow.worker.isolation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls handlers in child processes. Whatever a handler does, only its child suffers: the worker
 * and its other slots go on. Thread-safe.
 */
public final class ProcessCalls implements HandlerCalls {

  private static final Logger log = LoggerFactory.getLogger(ProcessCalls.class);
  private static final long LOOK_MILLIS = 250;
  private static final int MAX_QUIET_LOOKS = 240; // a minute

  private final WarmPool pool;
  private final ChildStart start;
  private final Displaced displaced;
  private final OwnedFolder folder;
  private final ControlGroups groups;
  private final List<String> names;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(ProcessCalls::daemon);

  private ProcessCalls(
      WarmPool pool,
      ChildStart start,
      Displaced displaced,
      OwnedFolder folder,
      List<String> names) {
    this.pool = pool;
    this.start = start;
    this.displaced = displaced;
    this.folder = folder;
    this.groups = start.groups();
    this.names = names;
  }

  /**
   * Starts the children of a worker; returns when the first is ready.
   *
   * @param slots how many there are
   * @param maxOutputBytes the largest output of a handler
   * @throws NotRunException if the first does not start; the message says why
   */
  public static ProcessCalls start(IsolationSettings settings, int slots, int maxOutputBytes)
      throws NotRunException, InterruptedException {
    return start(settings, slots, maxOutputBytes, ControlGroups.ofThisProcess());
  }

  static ProcessCalls start(
      IsolationSettings settings, int slots, int maxOutputBytes, ControlGroups groups)
      throws NotRunException, InterruptedException {
    OwnedFolder folder = folder(groups);
    ChildStart start = new ChildStart(settings, groups, folder, maxOutputBytes);
    WarmPool pool =
        new WarmPool(start::start, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    Child first;
    try {
      first = start.start();
    } catch (NotRunException | InterruptedException | RuntimeException | Error e) {
      pool.close();
      folder.close();
      throw e;
    }
    pool.add(first);
    Displaced displaced =
        new Displaced(pool, settings.poolBytes(slots), settings.memoryBytes(), slots);
    ProcessCalls calls = new ProcessCalls(pool, start, displaced, folder, first.handlers());
    var unused =
        calls.timer.scheduleWithFixedDelay(
            calls::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return calls;
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public String limitedBy() {
    return LimitedBy.of(groups, start.settings()).words();
  }

  /** For a person: what is not limited here though it should be, and why; empty if all is. */
  public Optional<String> notLimited() {
    return LimitedBy.of(groups, start.settings()).lack();
  }

  @Override
  public Result call(Call call) throws NotRunException, InterruptedException {
    Child child = pool.take();
    try {
      return child.call(call);
    } finally {
      pool.giveBack(child);
    }
  }

  /**
   * A call that needs more than the usual memory gets a child of its own, for which usual ones make
   * room. Whoever calls has seen to it that so much is not in use.
   */
  @Override
  public Result call(Call call, long memoryBytes) throws NotRunException, InterruptedException {
    if (memoryBytes <= start.settings().memoryBytes()) {
      return call(call);
    }
    try {
      displaced.begins(memoryBytes);
      pool.awaitKept();
      Child child = pool.startBeside(start.withMemoryBytes(memoryBytes)::start);
      try {
        return child.call(call);
      } finally {
        pool.end(child);
      }
    } finally {
      displaced.ended(memoryBytes);
    }
  }

  @Override
  public long memoryUsed() {
    return pool.children().stream().mapToLong(Child::memoryUsed).sum();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    pool.close();
    folder.close();
  }

  /** Where the children's folders are. */
  OwnedFolder folder() {
    return folder;
  }

  private void look() {
    for (Child child : pool.children()) {
      try {
        child.look(MAX_QUIET_LOOKS);
      } catch (RuntimeException | Error e) { // the others are to be looked at all the same, again
        log.error("{} cannot be looked at", child, e);
      }
    }
  }

  /** A folder of this worker's own; what workers that died have left is taken away. */
  private static OwnedFolder folder(ControlGroups groups) throws NotRunException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      groups.sweep(id -> OwnedFolder.owner(parent, id));
      OwnedFolder.sweep(parent);
      return OwnedFolder.create(parent);
    } catch (IOException e) {
      throw new NotRunException("no working folder can be made in " + parent + ": " + e, e);
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "child-watch");
    thread.setDaemon(true);
    return thread;
  }
}
