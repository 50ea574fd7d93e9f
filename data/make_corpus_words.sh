#!/usr/bin/env bash
# make_corpus_words.sh FOLDER: a second set of recorded human speech, with more pauses, 16 kHz mono WAV, one folder a speaker.
#
#   tuxpaint-stamps-default   names of things in several languages, spoken by volunteers: FOLDER/stamps-<language>/
#   klettres-data             letters and syllables in several languages: FOLDER/letters-<language>/
#
# Utterances of 3 s: words of about 0.7 s, each with its own silence and 0.3 s after it. The recordings have room and microphone noise.
# The packages (200 MB) are downloaded and unpacked in a temporary folder, not installed.
set -euo pipefail
folder=${1:?usage: make_corpus_words.sh FOLDER}
if [[ -f "$folder/.complete" ]]; then exit 0; fi
# shellcheck source=data/corpus_tools.sh
source "$(dirname "$0")/corpus_tools.sh"

pause=0.3
words_a_speaker=24

# evenly FILE...: so many of the files as a speaker has, spread evenly over their order.
evenly() {
  local files=("$@") i
  for ((i = 0; i < words_a_speaker && i < $#; ++i)); do
    echo "${files[$((i * $# / (words_a_speaker < $# ? words_a_speaker : $#)))]}"
  done
}

join_stamps() {
  local stamps=$work/root/usr/share/tuxpaint/stamps language files words
  find "$stamps" -name '*_desc*.ogg' | sed 's/.*_desc_\{0,1\}\([^.]*\)\.ogg$/\1/' | LC_ALL=C sort -u |
    while IFS= read -r language; do
      mapfile -t files < <(find "$stamps" -name "*_desc${language:+_$language}.ogg" | LC_ALL=C sort)
      if ((${#files[@]} < words_a_speaker)); then continue; fi
      mapfile -t words < <(evenly "${files[@]}")
      join_words "$folder/stamps-${language:-en}" "$pause" "${words[@]}" </dev/null
    done
}

join_letters() {
  local language files words
  for language in "$work"/root/usr/share/klettres/*/; do
    # ffmpeg fails while it joins the Czech letters, each of which it reads.
    if [[ $(basename "$language") == cs ]]; then continue; fi
    mapfile -t files < <(find "$language" -name '*.ogg' | LC_ALL=C sort)
    if ((${#files[@]} < words_a_speaker)); then continue; fi
    mapfile -t words < <(evenly "${files[@]}")
    join_words "$folder/letters-$(basename "$language")" "$pause" "${words[@]}"
  done
}

mkdir -p "$folder"
fetch tuxpaint-stamps-default klettres-data
join_stamps
join_letters
touch "$folder/.complete"
report_corpus "$folder"
