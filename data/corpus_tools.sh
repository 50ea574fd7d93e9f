# Functions that the scripts which make corpora of recorded speech share. Sourced, not run.
#
#   fetch PACKAGE...              downloads Debian packages and unpacks them in $work/root; nothing is installed
#   to_wavs INPUT_OPTIONS...      reads lines "input|output": 16 kHz mono WAVs
#   join_words FOLDER PAUSE FILE...   joins recordings of words, each with PAUSE seconds after it, and cuts them every 3 s
command -v ffmpeg >/dev/null || { echo "${0##*/}: ffmpeg is missing: make deps" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() {
  echo "fetching $*" >&2
  mkdir "$work/packages"
  # apt downloads as its own user where it can; that user then needs to write here.
  if [[ $EUID == 0 ]]; then chmod 755 "$work"; chown _apt "$work/packages" || true; fi
  (cd "$work/packages" && apt-get -qq download "$@")
  for package in "$work"/packages/*.deb; do dpkg -x "$package" "$work/root"; done
}

# Starting ffmpeg costs more than decoding a few seconds, so each process converts many files.
wav=(-ac 1 -ar 16000 -c:a pcm_s16le -map_metadata -1 -fflags +bitexact -flags:a +bitexact)

to_wavs() {
  local from to inputs=() outputs=() count=0
  convert() {
    if ((count > 0)); then ffmpeg -nostdin -v error -y "${inputs[@]}" "${outputs[@]}"; fi
    inputs=() outputs=() count=0
  }
  while IFS='|' read -r from to; do
    mkdir -p "$(dirname "$to")"
    inputs+=("$@" -i "$from")
    outputs+=(-map "$count:a" "${wav[@]}" "$to")
    count=$((count + 1))
    if ((count == 40)); then convert; fi
  done
  convert
}

# A rest under 2 s is dropped.
join_words() {
  local speaker=$1 pause=$2 inputs=() chain="" labels="" word count=0
  shift 2
  if (($# == 0)); then return; fi
  mkdir -p "$speaker"
  for word in "$@"; do
    inputs+=(-i "$word")
    if [[ $pause != 0 ]]; then
      chain+="[$count:a]aresample=16000,aformat=channel_layouts=mono,apad=pad_dur=$pause[w$count];"
      labels+="[w$count]"
    fi
    count=$((count + 1))
  done
  ffmpeg -nostdin -v error -y "${inputs[@]}" -filter_complex "${chain}${labels}concat=n=$#:v=0:a=1" "${wav[@]}" \
    -f segment -segment_time 3 "$speaker/%03d.wav"
  find "$speaker" -name '*.wav' -size -64000c -delete
  rmdir --ignore-fail-on-non-empty "$speaker"
}

report_corpus() {
  echo "$1: $(find "$1" -name '*.wav' | wc -l) utterances of $(find "$1" -mindepth 1 -type d | wc -l) speakers" >&2
}
