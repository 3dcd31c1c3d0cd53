/**
 * The code of stages. Implement {@link io.tierflow.handler.StageHandler}, name the class in {@code
 * META-INF/services/io.tierflow.handler.StageHandler} of your jar, and put the jar into a worker's
 * folder of handlers. What a handler throws decides whether its stage is tried again: see {@link
 * io.tierflow.handler.StageException}.
 */
package io.tierflow.handler;
