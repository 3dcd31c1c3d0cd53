/** How long it takes until another process goes on with what a killed one had; see docs. */
package io.tierflow.standalone.failover;
