/** What of the log reaches the user. */
package io.tierflow.standalone.logging;
