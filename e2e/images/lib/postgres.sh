# shellcheck shell=bash disable=SC2154
# The PostgreSQL of the tests, in a container: the very binaries that the Java tests run.

postgres_packages=(libc6 libgcc-s1 libstdc++6 zlib1g busybox-static)

postgres_image() {
  local version debian key file artifact
  version=$(sed -n 's|.*<embedded-postgres-binaries.version>\(.*\)</.*|\1|p' "$root/pom.xml")
  debian=$(describe "${postgres_packages[@]}")
  key=$(key_of "$debian" "$version" "$(cat "$here"/postgres/*)")
  file=$store/postgres-$key.tar
  if [ ! -e "$file" ]; then
    step "assembling the image of PostgreSQL $version"
    artifact=embedded-postgres-binaries-linux-$([ "$architecture" = arm64 ] && echo arm64v8 || echo "$architecture")
    "$here/../tools/maven" -q -N -f "$root/pom.xml" dependency:copy -Dartifact="io.zonky.test.postgres:$artifact:$version" -DoutputDirectory="$work/jar" >&2
    (cd "$work" && "$("$here/../tools/jdk")/bin/jar" --extract --file "$work/jar/$artifact-$version.jar")
    unpack "$work/postgres" "${postgres_packages[@]}"
    add_users "$work/postgres"
    mkdir -p "$work/postgres/opt/postgres" "$work/postgres/usr/bin" "$work/postgres/var/lib/postgresql"
    tar -C "$work/postgres/opt/postgres" -xf "$work"/postgres-*.txz
    rm -rf "$work"/postgres/opt/postgres/lib/*.a "$work"/postgres/opt/postgres/lib/pkgconfig
    for applet in sh cat chmod dirname ls mkdir ps rm sed sleep; do ln -sf busybox "$work/postgres/bin/$applet"; done
    install -m 755 "$here/postgres/entrypoint" "$here/postgres/pg_isready" "$work/postgres/usr/bin/"
    chmod 1777 "$work/postgres/var/lib/postgresql"
    layer "$work/postgres" "$work/postgres.tar"
    archive "$file" localhost/penstock/postgres:dev \
      '"User":"'"$user:$user"'","Env":["PATH=/opt/postgres/bin:/usr/bin:/bin","PGDATA=/var/lib/postgresql/data"],"Entrypoint":["/usr/bin/entrypoint"],"ExposedPorts":{"5432/tcp":{}},"StopSignal":"SIGINT"' \
      "$work/postgres.tar"
  fi
  touch "$file"
  echo "$file"
}
