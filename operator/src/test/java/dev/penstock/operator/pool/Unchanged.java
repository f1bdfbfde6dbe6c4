package dev.penstock.operator.pool;

import java.util.List;
import org.hamcrest.BaseMatcher;
import org.hamcrest.Description;

/** Matches as long as it sees what it has seen before. */
final class Unchanged extends BaseMatcher<List<String>> {

  private List<String> before = List.of();

  @Override
  public boolean matches(Object versions) {
    boolean isUnchanged = versions.equals(before);
    before = ((List<?>) versions).stream().map(String::valueOf).toList();
    return isUnchanged;
  }

  @Override
  public void describeTo(Description description) {
    description.appendText("unchanged resource versions");
  }
}
