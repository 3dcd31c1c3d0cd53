package io.tierflow.client;

import java.util.List;

/**
 * The live workers, one by one and by class.
 *
 * @param nextCursor always null: all are here
 */
public record PoolsView(List<PoolView> items, String nextCursor, List<ClassView> classes) {}
