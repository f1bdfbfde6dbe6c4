package dev.penstock.operator.desired;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Renders PgBouncer's {@code auth_file}. */
final class AuthFile {

  private AuthFile() {}

  /**
   * One line for each user, in the order given, then the ready-made list.
   *
   * @param users with their passwords in clear text: an instance checks its clients with them and
   *     logs in to the server with them, for which a hash would not do
   * @param userlist lines in the format of the file, or empty
   * @throws IllegalArgumentException if two users have the same name
   */
  static String render(List<UserCredential> users, String userlist) {
    StringBuilder file = new StringBuilder();
    Set<String> seen = new HashSet<>();
    for (UserCredential user : users) {
      if (!seen.add(user.username())) {
        throw new IllegalArgumentException(
            "spec.users names two Secrets with the username "
                + user.username()
                + ": remove one of them");
      }
      file.append(quoted(user.username())).append(' ').append(quoted(user.password())).append('\n');
    }
    file.append(userlist);
    if (!userlist.isEmpty() && !userlist.endsWith("\n")) {
      file.append('\n');
    }
    return file.toString();
  }

  private static String quoted(String field) {
    return '"' + field.replace("\"", "\"\"") + '"';
  }
}
