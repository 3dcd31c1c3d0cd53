/**
 * How much runs and their stages take in Kafka and in the runners' state; see docs/operating.md.
 */
package io.tierflow.standalone.footprint;
