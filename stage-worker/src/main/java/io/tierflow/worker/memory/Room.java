package io.tierflow.worker.memory;

/**
 * The memory of one worker, shared by its slots. A slot takes its share before it asks for a task,
 * so that no small task has to wait with its lease; one whose task needs more waits until so much
 * is free, in the order of arrival, while no other slot begins anything. Thread-safe.
 */
public final class Room {

  private final Packing packing; // guarded by this
  private final long share;
  private final boolean unlimited;

  private Room(long budget, long share, boolean unlimited) {
    this.packing = new Packing(budget);
    this.share = share;
    this.unlimited = unlimited;
  }

  /**
   * Of so many bytes.
   *
   * @param share the bytes of each slot; those of all slots are no more than the room's
   */
  public static Room of(long bytes, long share) {
    return new Room(bytes, share, false);
  }

  /** Where nothing is known of the memory that tasks use: everything fits. */
  public static Room unlimited() {
    return new Room(Long.MAX_VALUE, 0, true);
  }

  /** The most that one task can ever get, in bytes; 0 for no limit. */
  public long largest() {
    return unlimited ? 0 : packing.budget();
  }

  /** Whether a task that needs so much can ever begin here. */
  public boolean canHold(long bytes) {
    return bytes <= packing.budget();
  }

  /** How many tasks wait for memory. */
  public synchronized int waiting() {
    return packing.waiting();
  }

  /** A place for a slot, which holds nothing yet. */
  public Seat seat() {
    return new Seat();
  }

  /** What one slot holds of the room. Thread-safe. */
  public final class Seat {

    private long held; // guarded by the room

    private Seat() {}

    /** Another place in the same room. */
    public Seat another() {
      return seat();
    }

    /** Takes the share of a slot; false if there is not so much, or somebody waits for more. */
    public boolean take() {
      synchronized (Room.this) {
        if (!packing.take(share)) {
          return false;
        }
        held = share;
        return true;
      }
    }

    /**
     * Waits until the slot has so much memory; at once if its share is enough. While it waits it
     * holds nothing, so that two who wait never keep each other from their turns.
     *
     * @throws IllegalArgumentException if the room {@linkplain #canHold cannot hold} so much
     * @throws InterruptedException if the wait is given up; the slot holds nothing then
     */
    public void grow(long bytes) throws InterruptedException {
      if (bytes <= share || unlimited) {
        return;
      }
      synchronized (Room.this) {
        Packing.Request request = packing.ask(bytes);
        giveBack(held);
        try {
          while (!packing.grants(request)) {
            Room.this.wait();
          }
          held = bytes;
        } catch (InterruptedException e) {
          packing.withdraw(request);
          throw e;
        } finally {
          Room.this.notifyAll(); // the next one may be due
        }
      }
    }

    /** Gives back all but the share of a slot. */
    public void shrink() {
      synchronized (Room.this) {
        giveBack(held - Math.min(held, share));
      }
    }

    /** Gives back all that it holds. */
    public void leave() {
      synchronized (Room.this) {
        giveBack(held);
      }
    }

    private void giveBack(long bytes) {
      packing.free(bytes);
      held -= bytes;
      Room.this.notifyAll();
    }
  }
}
