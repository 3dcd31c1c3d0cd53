/**
 * The runner's HTTP API for Java: {@link io.tierflow.client.FlowClient}, and the records that the
 * API shows as JSON ({@link io.tierflow.client.ApiJson}).
 */
package io.tierflow.client;
