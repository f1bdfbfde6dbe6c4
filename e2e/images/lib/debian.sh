# shellcheck shell=bash disable=SC2154
# A minimal Debian root, from the packages that the machine's own sources offer.

# What apt would fetch for these packages: address, file, size and checksum, one a line.
offered() {
  apt-get download --print-uris "$@" 2>/dev/null | sort
}

# describe PACKAGE...: the same, once the lists are there.
describe() {
  local lines
  command -v apt-get >/dev/null || die "the images of the tests are made of Debian packages, and there is no apt-get here"
  lines=$(offered "$@")
  if [ "$(wc -l <<<"$lines")" -lt $# ]; then
    apt-get update -qq
    lines=$(offered "$@")
  fi
  [ "$(wc -l <<<"$lines")" -ge $# ] || die "the package sources do not offer all of: $*"
  echo "$lines"
}

# unpack ROOT PACKAGE...: what the packages hold, without what only people read.
unpack() {
  local root=$1 debs; shift
  debs=$(mktemp -d "$work/packages.XXXXXX")
  # As root, apt would want to hand the directory over to a user of its own to fetch as.
  (cd "$debs" && apt-get -o APT::Sandbox::User=root download -qq "$@") || die "could not fetch $*"
  mkdir -p "$root"
  for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$root"; done
  rm -rf "$root"/usr/share/{doc,man,info,locale,lintian,bug} "$root"/usr/lib/*/gconv "$root"/usr/lib/locale
}

# A user without a name confuses some programs, a home that cannot be written to none.
add_users() {
  mkdir -p "$1"/{etc,tmp,var/tmp,run,proc,sys,dev}
  chmod 1777 "$1/tmp" "$1/var/tmp"
  printf 'root:x:0:0:root:/:/sbin/nologin\nnonroot:x:%s:%s:nonroot:/:/sbin/nologin\n' "$user" "$user" >"$1/etc/passwd"
  printf 'root:x:0:\nnonroot:x:%s:\n' "$user" >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
}

# The one file that programs read, as the package's installer would write it.
add_certificates() {
  mkdir -p "$1/etc/ssl/certs"
  cat "$1"/usr/share/ca-certificates/mozilla/*.crt >"$1/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$1/usr/share/ca-certificates" "$1/usr/sbin/update-ca-certificates"
}
