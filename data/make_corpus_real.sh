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
# shellcheck source=data/corpus_tools.sh
source "$(dirname "$0")/corpus_tools.sh"
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

# The words of one language, in order of their names.
join_languages() {
  local language words
  for language in "$work"/root/usr/share/ktuberling/sounds/*/; do
    mapfile -t words < <(find "$language" -name '*.ogg' -o -name '*.wav' -o -name '*.opus' | LC_ALL=C sort)
    join_words "$folder/ktuberling-$(basename "$language")" 0 "${words[@]}"
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
fetch "${packages[@]}"
convert_prompts
join_languages
copy_sentences
touch "$folder/.complete"
report_corpus "$folder"
