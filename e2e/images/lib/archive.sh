# shellcheck shell=bash disable=SC2154
# Image archives in the format of `docker save`, from directories; the same files give the same bytes.

# layer DIRECTORY FILE
layer() {
  tar -C "$1" --sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner -cf "$2" .
}

# archive FILE NAME CONFIG LAYER...: CONFIG is the JSON object of what a container runs, without its braces.
archive() {
  local file=$1 image=$2 config=$3 dir digest layers='' digests='' number=0; shift 3
  dir=$(mktemp -d "$work/archive.XXXXXX")
  for layer in "$@"; do
    number=$((number + 1))
    digest=$(sha256sum "$layer" | cut -d' ' -f1)
    ln "$layer" "$dir/layer$number.tar"
    layers+=${layers:+,}\"layer$number.tar\"
    digests+=${digests:+,}\"sha256:$digest\"
  done
  printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:01Z","config":{%s},"rootfs":{"type":"layers","diff_ids":[%s]}}' \
    "$architecture" "$config" "$digests" >"$dir/config.json"
  printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":[%s]}]' "$image" "$layers" >"$dir/manifest.json"
  # Names without a leading "./", which Jib takes for an attempt to leave its directory.
  # shellcheck disable=SC2046 # layer1.tar, layer2.tar
  tar -C "$dir" --sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner -cf "$file.part" manifest.json config.json $(cd "$dir" && ls layer*)
  mv "$file.part" "$file"
}

# amend ARCHIVE LAYER OPTION...: adds a layer to an archive of Jib's, and options to the java of its entrypoint.
amend() {
  local file=$1 layer=$2 dir digest options=''; shift 2
  dir=$(mktemp -d "$work/amend.XXXXXX")
  tar -C "$dir" -xf "$file"
  digest=$(sha256sum "$layer" | cut -d' ' -f1)
  cp "$layer" "$dir/$digest.tar"
  options=$(printf ',"%s"' "$@")
  sed -i "s|\"Layers\":\[[^]]*|&,\"$digest.tar\"|" "$dir/manifest.json"
  sed -i "s|\"Entrypoint\":\[\"java\"|&$options|; s|\"history\":\[[^]]*|&,{\"created\":\"1970-01-01T00:00:00Z\",\"comment\":\"ahead-of-time cache\"}|; \
    s|\"diff_ids\":\[[^]]*|&,\"sha256:$digest\"|" "$dir/config.json"
  [ "$(cat "$dir/config.json" "$dir/manifest.json" | grep -oF -e "$digest" -e "\"java\"$options" | wc -l)" = 3 ] ||
    die "the archive $file is not written as Jib used to"
  (cd "$dir" && tar --sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner -cf "$file.part" -- *)
  mv "$file.part" "$file"
}
