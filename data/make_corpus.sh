#!/usr/bin/env bash
# make_corpus.sh FOLDER [COUNT]: synthetic speech, the same bytes every time.
#
# COUNT utterances (default 400) of 2 to 5 s, spread evenly over flite's voices kal16, rms, awb and slt,
# as FOLDER/<voice>/<number>.wav. Tempo and pitch vary: kal16 takes both as parameters; the other voices ignore the
# pitch parameter, so their files declare 0.86 to 1.16 times the sample rate they were made at: read at that rate
# (csl-simulate resamples), pitch and formants shift as with another speaker.
# Splits are by voice: name the voices' folders to --speech.
set -euo pipefail
folder=${1:?usage: make_corpus.sh FOLDER [COUNT]}
count=${2:-400}

voices=(kal16 rms awb slt)
subjects=("The young captain" "A quiet neighbor" "My older sister" "The village baker" "Every second student"
  "An honest lawyer" "The tired gardener" "Our new teacher" "A famous violinist" "The night watchman" "Your cousin")
verbs=("quickly closed" "carefully painted" "never noticed" "always admired" "slowly opened" "just repaired"
  "finally sold" "once described" "gladly carried" "often measured" "simply forgot" "hardly touched" "proudly showed")
objects=("the wooden gate" "five yellow boats" "a heavy suitcase" "the broken window" "that narrow bridge"
  "her grandfather's watch" "an empty bottle" "the longest letter" "his favorite chair" "two silver spoons"
  "the garden shovel" "a box of matches" "some fresh bread" "the kitchen clock" "this crooked picture"
  "a jar of honey" "the judge's umbrella")
places=("behind the harbour" "before the storm" "near the old station" "on Thursday evening" "during the concert"
  "without a word" "under the chestnut tree" "for the third time" "beside the river" "after the long winter"
  "in the museum" "at half past six" "across the valley" "with great pleasure" "while it was raining"
  "next to the church" "against all advice" "below the bridge" "just for fun")

# The lists' lengths are pairwise coprime: no sentence comes twice in 46,189 utterances.
sentence() {
  local i=$1
  echo "${subjects[i % ${#subjects[@]}]} ${verbs[i % ${#verbs[@]}]}" \
    "${objects[i % ${#objects[@]}]} ${places[i % ${#places[@]}]}."
}

path_of() { printf '%s/%s/%05d.wav' "$folder" "${voices[$1 % 4]}" "$1"; }

# declare_rate FILE HZ: sets sample rate and bytes a second in the header of a 16-bit mono WAV.
declare_rate() {
  local value bytes=
  for value in "$2" $((2 * $2)); do
    bytes+=$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((value & 255)) $((value >> 8 & 255)) $((value >> 16 & 255)) $((value >> 24)))
  done
  printf '%b' "$bytes" | dd of="$1" bs=1 seek=24 conv=notrunc status=none
}

utterance() {
  local i=$1 voice=${voices[$1 % 4]} turn=$(($1 / 4)) out
  out=$(path_of "$i")
  local stretch pitch rate=16000
  stretch=$(awk -v t=$turn 'BEGIN {printf "%.2f", 0.80 + 0.05 * (t % 7)}')
  pitch=$((85 + 13 * (turn % 11)))
  if [[ $voice != kal16 ]]; then rate=$((160 * (86 + 3 * (turn % 11)))); fi
  flite -voice "$voice" --setf duration_stretch="$stretch" --setf int_f0_target_mean="$pitch" \
    -t "$(sentence "$i")" -o "$out.part"
  declare_rate "$out.part" "$rate"
  mv "$out.part" "$out"
}

command -v flite >/dev/null || { echo "make_corpus.sh: flite is missing: make deps" >&2; exit 1; }
for voice in "${voices[@]}"; do mkdir -p "$folder/$voice"; done

jobs=$(nproc)
workers=()
for ((job = 0; job < jobs; ++job)); do
  (
    for ((i = job; i < count; i += jobs)); do
      [[ -f $(path_of "$i") ]] || utterance "$i"
      if [[ $job == 0 && -t 2 ]]; then printf '\rspeech       %d/%d utterances' "$i" "$count" >&2; fi
    done
  ) &
  workers+=($!)
done
for worker in "${workers[@]}"; do wait "$worker"; done
if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
echo "$folder: $count utterances of synthetic speech" >&2
