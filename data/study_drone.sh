#!/usr/bin/env bash
# The audio drone of LCAV on a turntable (audio-localization-dataset, CC0), with and without motors: positions of its
# microphones without a start from one tone, its heading by the sound, directions pooled over one second.
#   data/study_drone.sh FOLDER
# Needs CSL_TEST_DATA (with lcav_drone/) and the tools in PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
study() { OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 /usr/bin/python3 "$here/study_drone.py" "$@"; }

# oriented FOLDER ARRAY NAME: features and orientations whose heading follows the sound
oriented() {
  csl-import -q --snapshots "$1/snapshots.csv" --pose "$1/pose.csv" --rate 48000 --array "$2" --heading sound \
    --pose-out "$1/$3" --out "$1/$3.features.h5" >"$1/$3.txt"
}

runs=()
for run in "$CSL_TEST_DATA"/lcav_drone/*.csv; do
  name=$(basename "$run" .csv)
  folder=$out/$name
  # The tone, and its neighbors within the window's main lobe.
  /usr/bin/python3 "$here/import_snapshots.py" "$run" "$folder" --band 2900:3100
  # The heading needs positions, and positions become better with the heading.
  study positions "$folder" "$folder/first.json"
  if oriented "$folder" "$folder/first.json" blind; then
    study refine "$folder" "$folder/blind/snapshots.pose.csv" "$folder/first.json" "$folder/blind.json"
  fi
  runs+=("$folder")
done
study report "make study-drone" "${runs[@]}"
