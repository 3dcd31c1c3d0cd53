package io.tierflow.client;

/** Why an attempt did not succeed: a failure kind, one line for a person, and what else helps. */
public record FailureView(String kind, String message, String detail) {}
