package dev.penstock.pooler;

import dev.penstock.pooler.auth.SslContexts;
import dev.penstock.pooler.config.AuthType;
import dev.penstock.pooler.config.ConfigurationException;
import dev.penstock.pooler.config.FileWatch;
import dev.penstock.pooler.config.HbaRules;
import dev.penstock.pooler.config.ReloadingFiles;
import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.config.TlsMode;
import dev.penstock.pooler.config.UserList;
import dev.penstock.pooler.server.Tls;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the files say that the settings name: users, certificates and keys.
 *
 * @param users of the {@code auth_file}
 * @param hba of the {@code auth_hba_file}
 * @param towardsClients TLS
 * @param towardsServers TLS
 * @param all of them, to be looked at
 */
record LoadedFiles(
    ReloadingFiles<UserList> users,
    Supplier<HbaRules> hba,
    Tls towardsClients,
    Tls towardsServers,
    List<ReloadingFiles<?>> all) {

  LoadedFiles {
    all = List.copyOf(all);
  }

  /**
   * Reads them; blocks, so not for an event loop.
   *
   * @throws ConfigurationException when one cannot be used
   */
  static LoadedFiles load(Settings settings) throws ConfigurationException {
    List<ReloadingFiles<?>> all = new ArrayList<>();
    var users = users(settings);
    all.add(users);
    Supplier<HbaRules> hba = hba(settings, all);
    Tls clients = tls(settings, Settings.CLIENT_TLS_SSLMODE, SslContexts.forClients(settings), all);
    Tls servers = tls(settings, Settings.SERVER_TLS_SSLMODE, SslContexts.forServers(settings), all);
    return new LoadedFiles(users, hba, clients, servers, all);
  }

  private static ReloadingFiles<UserList> users(Settings settings) throws ConfigurationException {
    Optional<Path> file = settings.get(Settings.AUTH_FILE);
    return file.isEmpty()
        ? ReloadingFiles.load("auth_file", List.of(), () -> UserList.NONE)
        : ReloadingFiles.load("auth_file", List.of(file.get()), () -> UserList.read(file.get()));
  }

  private static Supplier<HbaRules> hba(Settings settings, List<ReloadingFiles<?>> all)
      throws ConfigurationException {
    Optional<Path> file = settings.get(Settings.AUTH_HBA_FILE);
    if (file.isEmpty() || settings.get(Settings.AUTH_TYPE) != AuthType.HBA) {
      return () -> HbaRules.NONE;
    }
    var rules = HbaRules.reloading(file.get(), settings.get(Settings.AUTH_IDENT_FILE));
    all.add(rules);
    return rules;
  }

  private static Tls tls(
      Settings settings,
      Setting<TlsMode> mode,
      Optional<ReloadingFiles<SslContext>> context,
      List<ReloadingFiles<?>> all) {
    context.ifPresent(all::add);
    return new Tls(settings.get(mode), context.orElse(null));
  }

  /** Has them looked at, in the place of {@code before}. */
  void watch(FileWatch watch, LoadedFiles before) {
    before.all.forEach(watch::remove);
    watch(watch);
  }

  /** Has them looked at. */
  void watch(FileWatch watch) {
    for (ReloadingFiles<?> files : all) {
      var _ = watch.add(files);
    }
  }
}
