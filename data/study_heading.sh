#!/usr/bin/env bash
# Heading of a gyroscope without magnetometer by the sound of one source that stands still: BROAD's inertial samples,
# 5 minutes, an added bias walk of WALK degrees a second in 1 s, the simulated cube of 8 microphones, T60 0.3 s, 20 dB
# of microphone noise. Prints what csl-import --heading log and sound leave of the heading's error.
#   data/study_heading.sh FOLDER SPEECH
# Needs CSL_TEST_DATA (with broad/) and the tools in PATH; SEEDS, WALK and T60 may be set. Interrupted, it goes on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1 speech=$2
walk=${WALK:-0.02} t60=${T60:-0.3}
study() { /usr/bin/python3 "$here/study_heading.py" "$@"; }
array=$here/arrays/cube8_5cm.json
trials=(02_undisturbed_slow_rotation_B 07_undisturbed_fast_rotation_B 11_undisturbed_slow_translation_B)

for trial in "${trials[@]}"; do
  for seed in ${SEEDS:-1 2 3}; do
    folder=$out/$trial-$seed
    [[ -f $folder/result.json ]] && continue
    study prepare "$CSL_TEST_DATA/broad/$trial.hdf5" "$folder" --speech "$speech" --seed "$seed" --walk "$walk"
    csl-simulate -q --array "$array" --speech "$folder/speech.wav" --motion "$folder/pose.csv" --sessions 1 --t60 "$t60" \
      --snr 20 --seed "$seed" --wav "$folder/wav" --out "$folder/simulated.h5"
    for heading in log sound; do
      csl-import -q --audio "$folder/wav/000000.wav" --imu "$folder/imu.csv" --array "$array" --heading "$heading" \
        --pose-out "$folder/$heading" --report "$folder/$heading" --out "$folder/$heading.h5" >"$folder/$heading.txt"
    done
    study compare "$folder" >"$folder/result.json.tmp"
    mv "$folder/result.json.tmp" "$folder/result.json"
    rm -r "$folder"/*.h5 "$folder/wav" "$folder/speech.wav"
  done
done
study table "$out" "make study-heading WALK=$walk T60=$t60 SEEDS='${SEEDS:-1 2 3}'"
