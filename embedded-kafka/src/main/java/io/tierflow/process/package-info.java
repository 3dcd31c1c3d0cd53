/**
 * Child JVMs of this program's own class path: started, watched for the line that says they are
 * ready, logged to files, stopped in good order or killed.
 *
 * <p>A child never outlives its parent, even one that was killed: {@link
 * io.tierflow.process.ParentWatch} ends it when the pipe from its parent breaks.
 */
package io.tierflow.process;
