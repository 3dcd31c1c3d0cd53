/**
 * The reference service: an HTTP source and an MQTT broker to talk to, the flow {@code
 * weather-service} over them, and the handlers its stages need beyond the built-in ones.
 */
package io.tierflow.examples.reference;
