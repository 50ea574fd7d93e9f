#!/usr/bin/env bash
# Kills a training with kill -9 at random moments, resumes it each time, and compares what it ends in with an undisturbed run.
#   tests/kill_training.sh TOOLS FEATURES [KILLS] [SEED]
# Prints one line; exit 0 if model and loss curve are the same bytes.
set -euo pipefail
tools=$1 features=$2 kills=${3:-50}
RANDOM=${4:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Sets `command`: a program to be run as it is, so that the kill hits it and not a shell around it.
training() {  # training NAME [more options]
  command=("$tools/csl-train" -q --in "$features" --valid "$features" --hidden 64,32 --batch 8 --bins-per-interval 256
    --steps 2000 --patience 0 --lr 3e-3 --threads 1 --reflect initial:+x --seed 3 --out "$folder/$1.h5" "${@:2}")
}
training undisturbed
"${command[@]}"
training killed --checkpoint "$folder/checkpoints" --every 0.05 --resume
killed=0 finished=0
while ((killed < kills)); do
  "${command[@]}" 2>/dev/null &
  process=$!
  sleep "0.$((RANDOM % 9))$((RANDOM % 10))"
  if kill -KILL "$process" 2>/dev/null; then killed=$((killed + 1)); else finished=$((finished + 1)); fi
  wait "$process" 2>/dev/null || true
  # Done before the kill came: again from the start.
  if [[ -f $folder/killed.h5 ]] && ((killed < kills)); then rm -rf "$folder/checkpoints" "$folder/killed.h5"; fi
done
"${command[@]}"
for end in h5 loss.svg; do cmp "$folder/undisturbed.$end" "$folder/killed.$end"; done
echo "$killed kills, $finished runs ended in between: same bytes, sha256 $(sha256sum < "$folder/killed.h5" | cut -c1-16)"
