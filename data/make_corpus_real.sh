#!/usr/bin/env bash
# make_corpus_real.sh FOLDER: recorded human speech from Debian packages, 16 kHz mono WAV, one folder a speaker.
#
#   asterisk-core-sounds-{en,fr,it,ru}-g722   telephone prompts (not their files of silence), 16 kHz G.722, dry: FOLDER/asterisk-<voice>/
#   ktuberling-data                           words in many languages, joined: FOLDER/ktuberling-<language>/
#   pocketsphinx-testdata                     read sentences and commands: FOLDER/pocketsphinx-<set>/
#
# Utterances of about 2 to 4.5 s. The packages are downloaded and unpacked in a temporary folder, not installed.
set -euo pipefail
folder=${1:?usage: make_corpus_real.sh FOLDER}
packages=(asterisk-core-sounds-en-g722 asterisk-core-sounds-fr-g722 asterisk-core-sounds-it-g722
  asterisk-core-sounds-ru-g722 ktuberling-data pocketsphinx-testdata)

if [[ -f "$folder/.complete" ]]; then exit 0; fi
command -v ffmpeg >/dev/null || { echo "make_corpus_real.sh: ffmpeg is missing: make deps" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() {
  echo "fetching ${packages[*]}" >&2
  mkdir "$work/packages"
  # apt downloads as its own user where it can; it then needs to write here.
  if [[ $EUID == 0 ]]; then chmod 755 "$work"; chown _apt "$work/packages" || true; fi
  (cd "$work/packages" && apt-get -qq download "${packages[@]}")
  for package in "$work"/packages/*.deb; do dpkg -x "$package" "$work/root"; done
}

# Starting ffmpeg costs more than decoding a few seconds, so each process converts many files.
wav=(-ac 1 -ar 16000 -c:a pcm_s16le -map_metadata -1 -fflags +bitexact -flags:a +bitexact)

# to_wavs INPUT_OPTIONS... < lines "input|output": 16 kHz mono WAVs, 40 a process.
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

# G.722 has 8,000 bytes a second: sizes pick utterances of 2 to 4.5 s.
convert_prompts() {
  local sounds=$work/root/usr/share/asterisk/sounds file voice name
  find "$sounds" -name '*.g722' -size +15999c -size -36000c -not -name '*beep*' -not -path '*/silence/*' | LC_ALL=C sort |
    while IFS= read -r file; do
      voice=${file#"$sounds"/}
      name=${voice#*/}
      name=${name//\//-}
      echo "$file|$folder/asterisk-${voice%%/*}/${name%.g722}.wav"
    done | to_wavs -f g722
}

# Words of one language are joined in order of their names and cut every 3 s; a rest under 2 s is dropped.
join_words() {
  local language speaker words inputs piece
  for language in "$work"/root/usr/share/ktuberling/sounds/*/; do
    speaker="$folder/ktuberling-$(basename "$language")"
    mapfile -t words < <(find "$language" -name '*.ogg' -o -name '*.wav' -o -name '*.opus' | LC_ALL=C sort)
    if ((${#words[@]} == 0)); then continue; fi
    mkdir -p "$speaker"
    inputs=()
    for piece in "${words[@]}"; do inputs+=(-i "$piece"); done
    ffmpeg -nostdin -v error -y "${inputs[@]}" -filter_complex "concat=n=${#words[@]}:v=0:a=1" "${wav[@]}" \
      -f segment -segment_time 3 "$speaker/%03d.wav"
    find "$speaker" -name '*.wav' -size -64000c -delete
    rmdir --ignore-fail-on-non-empty "$speaker"
  done
}

copy_sentences() {
  local file
  find "$work/root/usr/share/pocketsphinx/test/data" -name '*.wav' | LC_ALL=C sort |
    while IFS= read -r file; do
      echo "$file|$folder/pocketsphinx-$(basename "$(dirname "$file")")/$(basename "$file")"
    done | to_wavs
}

mkdir -p "$folder"
fetch
convert_prompts
join_words
copy_sentences
touch "$folder/.complete"
utterances=$(find "$folder" -name '*.wav' | wc -l)
speakers=$(find "$folder" -mindepth 1 -type d | wc -l)
echo "$folder: $utterances utterances of $speakers speakers" >&2
