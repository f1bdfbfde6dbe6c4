package dev.penstock.pooler.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutstandingRepliesTest {
  private final OutstandingReplies replies = new OutstandingReplies();

  private void sent(String types) {
    types.chars().forEach(type -> replies.sent((byte) type));
  }

  @Test
  void eachQueryAndEachSyncIsOwedOneReply() {
    sent("QPBDESPBES");
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isFalse();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void anExtendedBatchWithoutSyncIsOutstanding() {
    sent("PBDEH");
    assertThat(replies.isEmpty()).isFalse();
  }

  @Test
  void aReplyThatIsNotOwedIsNoticed() {
    assertThat(replies.readySeen()).isFalse();
  }

  @Test
  void aSyncSentAheadOfCopyDataIsNotAnswered() {
    sent("PBES");
    replies.copyInStarted();
    sent("dddcS");
    assertThat(replies.isEmpty()).isFalse();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void aWholeCopySentAheadOfItsResponseIsAnsweredOnce() {
    sent("PBESddcS");
    replies.copyInStarted();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void aSimpleCopyIsAnsweredOnce() {
    sent("Q");
    replies.copyInStarted();
    sent("ddc");
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void aSimpleCopyThatFailsBeforeTheClientEndsItIsAnsweredOnce() {
    sent("Q");
    replies.copyInStarted();
    sent("d");
    replies.errorSeen();
    sent("dc");
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void anExtendedCopyThatFailsIsAnsweredAtTheNextSync() {
    sent("PBE");
    replies.copyInStarted();
    sent("dd");
    replies.errorSeen();
    sent("dcS");
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void aQueryBetweenAnErrorAndItsSyncIsSkippedByTheServer() {
    sent("PBE");
    replies.errorSeen();
    sent("QS");
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void anErrorBetweenAnOpenBatchAndAQueryLosesTheCountForGood() {
    sent("PBEQS");
    replies.errorSeen();
    assertThat(replies.isUncertain()).isTrue();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isFalse();
    replies.clear();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void aLongPipelineIsCountedToTheLast() {
    sent("BES".repeat(10_000));
    for (int i = 0; i < 9_999; i++) {
      assertThat(replies.readySeen()).isTrue();
    }
    assertThat(replies.isEmpty()).isFalse();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }
}
