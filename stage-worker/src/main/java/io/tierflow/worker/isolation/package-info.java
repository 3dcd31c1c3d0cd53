/**
 * Where handlers are called: on a thread of the worker, or in a child process with a memory limit,
 * a folder and an environment of its own.
 */
package io.tierflow.worker.isolation;
