# shellcheck shell=bash disable=SC2154
# The base of the operator's, the pooler's and the client's image: Debian's C library and a Java runtime of few modules.

java_packages=(libc6 libgcc-s1 libstdc++6 zlib1g ca-certificates)

modules() { grep -v '^#' "$here/java-modules" | paste -sd,; }

link_runtime() { # link_runtime JDK DIRECTORY
  "$1/bin/jlink" --add-modules "$(modules)" --strip-debug --no-header-files --no-man-pages --compress zip-0 --output "$2" ||
    die "jlink of $1 failed; a JDK with jmods or with a linkable run-time image is needed"
}

java_base() {
  local jdk key file debian
  jdk=$("$here/../tools/jdk")
  debian=$(describe "${java_packages[@]}")
  key=$(key_of "$debian" "$(cat "$jdk/release")" "$(modules)")
  file=$store/java-base-$key.tar
  if [ ! -e "$file" ]; then
    step "assembling the Java base image from Debian packages and $jdk"
    unpack "$work/debian" "${java_packages[@]}"
    add_users "$work/debian"
    add_certificates "$work/debian"
    mkdir -p "$work/java/opt"
    link_runtime "$jdk" "$work/java/opt/java" >&2
    layer "$work/debian" "$work/debian.tar"
    layer "$work/java" "$work/java.tar"
    archive "$file" localhost/penstock/java-base:dev \
      '"User":"'"$user:$user"'","Env":["PATH=/opt/java/bin:/usr/bin:/bin","JAVA_HOME=/opt/java"]' "$work/debian.tar" "$work/java.tar"
  fi
  touch "$file"
  echo "$file"
}
