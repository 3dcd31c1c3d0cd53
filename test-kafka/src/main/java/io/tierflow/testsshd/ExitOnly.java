package io.tierflow.testsshd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/** A command whose exit code 0 is told at once, and the end of whose output never is. */
final class ExitOnly implements Command {

  @Override
  public void start(ChannelSession channel, Environment environment) throws IOException {
    Buffer message = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
    message.putUInt(channel.getRecipient());
    message.putString("exit-status");
    message.putBoolean(false); // no answer is wanted
    message.putUInt(0);
    channel.writePacket(message);
  }

  @Override
  public void destroy(ChannelSession channel) {
    // nothing runs
  }

  @Override
  public void setInputStream(InputStream in) {
    // it reads nothing
  }

  @Override
  public void setOutputStream(OutputStream out) {
    // it writes nothing
  }

  @Override
  public void setErrorStream(OutputStream err) {
    // it writes nothing
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    // that would end the output, too
  }
}
