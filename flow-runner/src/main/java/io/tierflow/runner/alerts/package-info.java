/**
 * Tells people and other systems what is missing: follows the public event log and hands what rises
 * and clears to the log and to webhooks.
 */
package io.tierflow.runner.alerts;
