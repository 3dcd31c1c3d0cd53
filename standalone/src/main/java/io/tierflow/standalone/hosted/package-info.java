/** Workers that a runner's process hosts: the launchers that no pool serves. */
package io.tierflow.standalone.hosted;
