package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders of processes that live, and of one that was killed. */
@Timeout(60)
class OwnedFolderTest {

  @TempDir private Path parent;

  @Test
  void whatAKilledProcessLeftIsSweptAndWhatALivingOneHasIsNot() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                parent.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OwnedFolder mine = OwnedFolder.create(parent);
        BufferedReader said =
            new BufferedReader(
                new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      String id = said.readLine();
      Path others = Path.of(said.readLine());
      Files.writeString(others.resolve("file"), "something");

      OwnedFolder.sweep(parent);
      assertThat(OwnedFolder.owner(parent, id)).isEqualTo(OwnedFolder.Owner.LIVES);
      assertThat(OwnedFolder.owner(parent, mine.id())).isEqualTo(OwnedFolder.Owner.LIVES);
      assertThat(mine.path()).exists();
      assertThat(others).exists();

      other.destroyForcibly().waitFor();
      assertThat(OwnedFolder.owner(parent, id)).isEqualTo(OwnedFolder.Owner.GONE);
      OwnedFolder.sweep(parent);
      assertThat(others).doesNotExist();
      assertThat(OwnedFolder.owner(parent, id)).isEqualTo(OwnedFolder.Owner.UNKNOWN);
      assertThat(mine.path()).exists();
    } finally {
      other.destroyForcibly();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void aFolderWhoseLockIsNotHereIsLeftAlone() throws Exception {
    Path unknown = Files.createDirectory(parent.resolve("tierflow-slots-0123456789abcdef"));

    OwnedFolder.sweep(parent);

    assertThat(unknown).exists();
  }

  @Test
  void aGroupIsSweptByWhatIsKnownOfItsOwner() throws Exception {
    Path root = Files.createDirectory(parent.resolve("groups"));
    List<Path> groups =
        List.of(
            group(root, "aaaaaaaaaaaaaaaa", "99999999"),
            group(root, "bbbbbbbbbbbbbbbb", "99999999"));
    ControlGroups.unified(root, List.of())
        .sweep(id -> id.startsWith("a") ? OwnedFolder.Owner.LIVES : OwnedFolder.Owner.UNKNOWN);

    assertThat(groups).allSatisfy(each -> assertThat(each).exists());
  }

  private static Path group(Path root, String id, String pid) throws Exception {
    Path group = Files.createDirectory(root.resolve("tierflow-" + id + "-1"));
    Files.writeString(group.resolve("cgroup.procs"), pid + "\n");
    return group;
  }

  /** Holds a folder until it is killed. */
  static final class Holder {

    private Holder() {}

    public static void main(String[] args) throws Exception {
      OwnedFolder folder = OwnedFolder.create(Path.of(args[0]));
      System.out.println(folder.id() + "\n" + folder.path());
      new java.util.concurrent.CountDownLatch(1).await();
    }
  }
}
