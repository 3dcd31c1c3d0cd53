/** The broker that integration tests talk to. For tests only. */
package io.tierflow.testkafka;
