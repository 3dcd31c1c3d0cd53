/**
 * The handlers every worker has: {@code echo}, {@code sleep}, {@code http-get}, {@code http-post},
 * {@code http-put}, {@code mqtt-subscribe}, {@code mqtt-publish}, {@code file-store} and {@code
 * exec}. The class of each says which keys its {@code with} takes.
 *
 * <p>What is wrong with a {@code with} fails the attempt as INVALID_INPUT, with the key, what was
 * found and what was expected; such an attempt is not tried again. Texts that are documented as
 * templates may hold placeholders, see {@link io.tierflow.worker.handlers.Template}.
 */
package io.tierflow.worker.handlers;
