package dev.penstock.operator.probe;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a server could not be asked, and what to do about it.
 *
 * @param reason for conditions and Events
 * @param message what happened, where, and the remedy
 */
public record ProbeFailure(Reason reason, String message) {

  /** The kinds of failure; their names are the reasons of conditions. */
  public enum Reason {
    UnknownHost,
    ConnectionRefused,
    ConnectionTimedOut,
    AuthenticationFailed,
    UnknownDatabase,
    TlsFailed,
    TooManyConnections,
    ServerError
  }

  /** Names what a driver reports. */
  static ProbeFailure of(ProbeTarget target, SQLException exception) {
    Reason reason = reason(exception);
    String what = "cannot ask " + target.address() + ": " + firstLine(exception.getMessage());
    return new ProbeFailure(reason, what + "; " + remedy(reason, target));
  }

  private static Reason reason(SQLException exception) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnknownHostException _ -> {
          return Reason.UnknownHost;
        }
        case SocketTimeoutException _, NoRouteToHostException _ -> {
          return Reason.ConnectionTimedOut;
        }
        case ConnectException _ -> {
          return Reason.ConnectionRefused;
        }
        case SSLException _, CertificateException _ -> {
          return Reason.TlsFailed;
        }
        default -> {}
      }
    }
    return bySqlState(exception.getSQLState());
  }

  private static Reason bySqlState(@Nullable String state) {
    return switch (state) {
      // The driver's own: the server offers no TLS, or its certificate names another host.
      case "08004", "08006" -> Reason.TlsFailed;
      case "28P01", "28000" -> Reason.AuthenticationFailed;
      case "3D000" -> Reason.UnknownDatabase;
      case "53300" -> Reason.TooManyConnections;
      case null, default -> Reason.ServerError;
    };
  }

  private static String remedy(Reason reason, ProbeTarget target) {
    return switch (reason) {
      case UnknownHost ->
          "correct spec.server.host ('" + target.host() + "'), or create that Service or DNS name";
      case ConnectionRefused ->
          "start the server, or correct spec.server.host and spec.server.port ("
              + target.port()
              + ")";
      case ConnectionTimedOut ->
          "check that a NetworkPolicy or firewall lets the operator reach the server";
      case AuthenticationFailed ->
          "correct username and password in the Secret of spec.server.credentialsSecretRef (role '"
              + target.user()
              + "'), or let pg_hba.conf accept it";
      case UnknownDatabase ->
          "create database '" + target.database() + "' or name another in spec.server.database";
      case TlsFailed ->
          "correct spec.server.tls (mode "
              + target.tlsMode()
              + ") and the certificate in caSecretRef, or the server's certificate";
      case TooManyConnections ->
          "others than Penstock use up the server: raise spec.server.headroom or free connections";
      case ServerError -> "see the server's log";
    };
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "no message" : message.lines().findFirst().orElse("no message");
  }
}
