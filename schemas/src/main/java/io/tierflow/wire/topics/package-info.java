/** The names and settings of the topics, shared by runner and worker. */
package io.tierflow.wire.topics;
