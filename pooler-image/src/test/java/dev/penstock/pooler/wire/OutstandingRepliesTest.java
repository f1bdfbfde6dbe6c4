package dev.penstock.pooler.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutstandingRepliesTest {
  private final OutstandingReplies replies = new OutstandingReplies();
  private final List<String> undone = new ArrayList<>();

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

  @Test
  void repliesToThePoolerAreNotForTheClient() {
    replies.ownParseSent(() -> undone.add("own parse"));
    replies.ownCloseSent(() -> undone.add("own close"));
    sent("BES");
    assertThat(replies.replied(BackendMessage.PARSE_COMPLETE)).isFalse();
    assertThat(replies.replied(BackendMessage.CLOSE_COMPLETE)).isFalse();
    assertThat(replies.replied(BackendMessage.BIND_COMPLETE)).isTrue();
    assertThat(replies.replied(BackendMessage.COMMAND_COMPLETE)).isTrue();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
    assertThat(undone).isEmpty();
  }

  @Test
  void thePoolersTurnComesOnceAllBeforeItIsAnswered() {
    sent("BE");
    replies.answeredByPooler(BackendMessage.PARSE_COMPLETE, () -> undone.add("parse"));
    sent("S");
    assertThat(replies.isPoolersTurn()).isFalse();
    replies.replied(BackendMessage.BIND_COMPLETE);
    assertThat(replies.isPoolersTurn()).isFalse();
    replies.replied(BackendMessage.COMMAND_COMPLETE);
    assertThat(replies.isPoolersTurn()).isTrue();
    assertThat(replies.poolersReply()).isEqualTo(BackendMessage.PARSE_COMPLETE);
    assertThat(replies.isPoolersTurn()).isFalse();
    assertThat(replies.isEmpty()).isFalse();
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.isEmpty()).isTrue();
  }

  @Test
  void aBatchAnsweredToTheLastStillAwaitsItsSync() {
    sent("P");
    replies.replied(BackendMessage.PARSE_COMPLETE);
    assertThat(replies.isEmpty()).isFalse();
  }

  @Test
  void whatAnErrorSkipsIsUndoneTheLastFirst() {
    sent("E");
    replies.parseSent(() -> undone.add("one"));
    replies.answeredByPooler(BackendMessage.CLOSE_COMPLETE, () -> undone.add("two"));
    sent("S");
    replies.parseSent(() -> undone.add("after the sync"));
    replies.errorSeen();
    assertThat(undone).containsExactly("two", "one");
    assertThat(replies.readySeen()).isTrue();
    assertThat(replies.replied(BackendMessage.PARSE_COMPLETE)).isTrue();
    assertThat(undone).hasSize(2);
  }

  @Test
  void whatIsSentBetweenAnErrorAndItsSyncIsUndoneAtOnce() {
    sent("E");
    replies.errorSeen();
    replies.parseSent(() -> undone.add("parse"));
    assertThat(undone).containsExactly("parse");
    sent("S");
    replies.ownParseSent(() -> undone.add("own"));
    assertThat(undone).hasSize(1);
  }

  @Test
  void whatIsToBeUndoneStaysWithItsMessageInALongPipeline() {
    for (int round = 0; round < 1_000; round++) {
      sent("BE");
      int number = round;
      replies.parseSent(() -> undone.add("parse " + number));
      sent("S");
      if (round % 3 != 0) {
        assertThat(replies.readySeen()).isTrue();
      }
    }
    assertThat(undone).isEmpty();
    replies.errorSeen();
    assertThat(undone).containsExactly("parse 666");
  }
}
