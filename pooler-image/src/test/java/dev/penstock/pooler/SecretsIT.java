package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Nothing that opens a door is ever written into the log or told to a client. */
class SecretsIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();
  private static final String WRONG = "a wrong guess";
  private static final String OF_THE_DATABASE = "the key to the locked one";
  private static final String STORED = "md5" + "0123456789abcdef".repeat(2);

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.penstock.pooler");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.TRACE);
  }

  @AfterEach
  void stopListening() {
    logger.setLevel(null);
    logger.detachAppender(log);
  }

  @Test
  void loginsThatSucceedAndFailLeaveNoSecretBehind() {
    List<String> told = new ArrayList<>();
    String server = "host=127.0.0.1 port=%d dbname=app ".formatted(POSTGRES.port());
    for (String authentication : List.of("plain", "md5", "scram-sha-256", "trust")) {
      try (PoolerFixture pooler =
          PoolerFixture.before(POSTGRES)
              .set("auth_type", authentication)
              .set("auth_user", "postgres")
              .database("nobody", server)
              .database("asked", server + "auth_query='select $1::text, ''" + STORED + "'''")
              .database(
                  "broken", server + "auth_query='select $1::text, ''" + STORED + "''::int::text'")
              .database("locked", server + "user=app password='" + OF_THE_DATABASE + "'")
              .user("locked", PostgresFixture.PASSWORD)
              .start()) {
        for (String user : List.of(PostgresFixture.USER, "nobody", "asked", "broken", "locked")) {
          for (String password : List.of(PostgresFixture.PASSWORD, WRONG)) {
            told.add(login(pooler, user, password));
          }
        }
      }
    }

    assertThat(told)
        .anyMatch(""::equals)
        .anyMatch(message -> message.contains("authentication failed"))
        .anyMatch(message -> message.contains("bouncer config error"));
    List<String> all = new ArrayList<>(told);
    log.list.forEach(
        event ->
            all.add(
                event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy()))));
    assertThat(all).hasSizeGreaterThan(100);
    for (String secret :
        List.of(
            PostgresFixture.PASSWORD,
            WRONG,
            OF_THE_DATABASE,
            STORED.substring(3),
            "SCRAM-SHA-256$")) {
      assertThat(all).noneMatch(line -> line.contains(secret));
    }
  }

  /** What the client is told, empty when it is let in. */
  private static String login(PoolerFixture pooler, String user, String password) {
    try {
      pooler.connect(user, Map.of("password", password)).close();
      return "";
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
