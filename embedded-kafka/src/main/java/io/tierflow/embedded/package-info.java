/**
 * A real Kafka cluster (KRaft, one or three nodes) inside this JVM or in a child JVM, made of the
 * broker's own jars.
 *
 * <p>{@link io.tierflow.embedded.EmbeddedBroker} is one node in this JVM, {@link
 * io.tierflow.embedded.EmbeddedCluster} several whose nodes can be stopped and started one by one,
 * {@link io.tierflow.embedded.BrokerProcess} one node in a JVM of its own that may be killed. All
 * of them keep their data in a folder and find it again after a restart.
 */
package io.tierflow.embedded;
