package io.tierflow.standalone.process;

import io.tierflow.process.ChildSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A set of child processes that belong together.
 *
 * <p>A child that dies unexpectedly is started again as the policy says, with a message each time.
 * {@link #close()} stops all in the opposite order of their start; children end by themselves when
 * this JVM is killed. Thread-safe.
 */
public final class ProcessSupervisor implements AutoCloseable {

  private final RestartPolicy policy;
  private final Consumer<String> messages;
  private final Executor threads = Executors.newCachedThreadPool(ProcessSupervisor::daemon);
  private final List<List<SupervisedChild>> groups = new ArrayList<>(); // guarded by itself
  private volatile boolean closed;

  /**
   * Supervises children by {@code policy}; tells the user what happens through {@code messages}.
   */
  public ProcessSupervisor(RestartPolicy policy, Consumer<String> messages) {
    this.policy = policy;
    this.messages = messages;
  }

  /**
   * Starts a child and returns when it is ready.
   *
   * @throws io.tierflow.process.ChildStartException if it doesn't become ready
   */
  public SupervisedChild start(ChildSpec spec) {
    return startAll(List.of(spec)).get(0);
  }

  /**
   * Starts children side by side and returns when all are ready.
   *
   * @throws io.tierflow.process.ChildStartException if one doesn't become ready
   */
  public List<SupervisedChild> startAll(List<ChildSpec> specs) {
    List<SupervisedChild> children =
        specs.stream().map(spec -> new SupervisedChild(spec, policy, threads, messages)).toList();
    synchronized (groups) {
      if (closed) {
        throw new IllegalStateException("the supervisor is closed");
      }
      groups.add(children);
    }
    onAll(children, SupervisedChild::start);
    return children;
  }

  /** Stops all children, the newest first, and returns when they are gone. May be called again. */
  @Override
  public void close() {
    List<List<SupervisedChild>> oldestFirst;
    synchronized (groups) {
      closed = true;
      oldestFirst = List.copyOf(groups);
    }
    for (int group = oldestFirst.size() - 1; group >= 0; group--) {
      onAll(oldestFirst.get(group), SupervisedChild::stop);
    }
  }

  private void onAll(List<SupervisedChild> children, Consumer<SupervisedChild> action) {
    List<CompletableFuture<Void>> running =
        children.stream()
            .map(child -> CompletableFuture.runAsync(() -> action.accept(child), threads))
            .toList();
    try {
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "supervisor");
    thread.setDaemon(true);
    return thread;
  }
}
