package io.tierflow.runner.engine;

/**
 * A record on its way out of the topology.
 *
 * @param topic where it goes
 * @param value its bytes; null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying would cost every hop
record Outgoing(String topic, byte[] value) {}
