package io.tierflow.runner.doctor;

/** Who a principal is used by: each needs other rights. */
public enum Role {
  RUNNER,
  WORKER
}
