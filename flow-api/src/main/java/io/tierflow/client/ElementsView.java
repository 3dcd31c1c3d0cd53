package io.tierflow.client;

/** How far a for-each stage is: its elements by state. */
public record ElementsView(int total, int dispatched, int succeeded, int failed) {}
