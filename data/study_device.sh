#!/usr/bin/env bash
# End to end with sensors as they are: BROAD's real motions and inertial samples, a simulated cube of 8
# microphones, T60 0.5 s, 20 dB of microphone noise, clocks 0.35 s and 50 ppm apart; against the same
# recordings with the optical orientation on the right clock; by the network alone and with the array's own
# responses, learned from the same recordings. Interrupted, it goes on where it was.
#   data/study_device.sh FOLDER TRAIN_SPEECH TEST_SPEECH
# Needs CSL_TEST_DATA (with broad/) and the tools in PATH; PASSES, STEPS, SEED may be set.
# Motions are BROAD's slow and fast rotations; each pass over one has sources and speech of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1 train_speech=$2 test_speech=$3
passes=${PASSES:-4} steps=${STEPS:-3000} seed=${SEED:-1}
study() { /usr/bin/python3 "$here/study_device.py" "$@"; }
array=$here/arrays/cube8_5cm.json
trials=(02_undisturbed_slow_rotation_B.hdf5 07_undisturbed_fast_rotation_B.hdf5)

# record NAME TRIAL SPEECH SEED: one recording of a trial's whole movement phase
record() {
  local folder=$out/$1
  [[ -f $folder/intervals.csv ]] && return
  study prepare "$CSL_TEST_DATA/broad/$2" "$folder" --speech "$3" --seed "$4"
  for speech in "$folder"/*.speech.wav; do
    local chunk=${speech%.speech.wav}
    [[ -f $chunk.wav/000000.truth.csv ]] && continue
    csl-simulate -q --array "$array" --speech "$speech" --motion "$chunk.pose.csv" --sessions 1 --t60 0.5 --snr 20 \
      --seed "$(($4 * 1000 + 10#$(basename "$chunk")))" --wav "$chunk.wav" --out "$chunk.h5"
    rm "$chunk.h5"
  done
  study join "$folder"
  rm -r "$folder"/*.wav/ "$folder"/*.speech.wav
}

# features NAME ORIENTATION ARGUMENTS...: sessions and features of one recording
features() {
  local folder=$out/$1 kind=$2
  shift 2
  [[ -f $folder/$kind.features.h5 ]] && return
  csl-import --audio "$folder/rec.wav" --intervals "$folder/intervals.csv" --out "$folder/$kind.sessions.h5" \
    --report "$folder/$kind.report" "$@" >"$folder/$kind.txt"
  # Noise of -20 dB fills most bins above the usual floor.
  csl-features -q --noise-margin 10 --in "$folder/$kind.sessions.h5" --out "$folder/$kind.features.h5"
}

# learn KIND STEPS OPTIONS...: a model from the training recordings as they were imported
learn() {
  [[ -f $out/$1.model.h5 ]] || csl-train -q --in "$out"/train-*/"$1".features.h5 --out "$out/$1.model.h5" \
    --steps "$2" --seed "$seed" --reflect truth "${@:3}"
}

names=()
for t in "${!trials[@]}"; do
  for p in $(seq "$passes"); do
    record "train-$t-$p" "${trials[t]}" "$train_speech" "$((seed * 100 + t * 10 + p))"
    names+=("train-$t-$p")
  done
  record "test-$t" "${trials[t]}" "$test_speech" "$((seed * 100 + 50 + t))"
  names+=("test-$t")
done
imu() { echo --imu "$out/$1/imu.csv"; }
for name in "${names[@]}"; do features "$name" perfect --pose "$out/$name/pose.csv"; done
learn perfect "$steps" --calibrate

# No model of the array exists yet: a linear map finds the offset to some 10 ms. What is learned from that finds
# offset and drift to a few ms, a second model learns from these clocks, and listens to a last alignment.
for name in "${names[@]}"; do
  [[ $name == test-* ]] || features "$name" first $(imu "$name") --time-offset auto
done
learn first "$((steps / 2))"
for name in "${names[@]}"; do
  features "$name" estimated $(imu "$name") --time-offset auto --model "$out/first.model.h5"
done
learn estimated "$steps" --calibrate
for name in "${names[@]}"; do
  features "$name" final $(imu "$name") --time-offset auto --model "$out/estimated.model.h5"
done

# infer KIND FEATURES: test errors by the network alone and with the responses it found, and those responses
infer() {
  local model=$out/$1.model.h5 estimator
  for estimator in robust steered; do
    csl-infer -q --model "$model" --in "$out"/test-*/"$2".features.h5 --out "$out/$1-$estimator.h5" \
      --window 0.5,1,full --stride 5 --estimator "$estimator"
  done
  csl-export -q --model "$model" --json "$out/$1.array.json"
  csl-export -q --model "$model" --compare "$array" >"$out/$1.signatures.csv"
}
infer perfect perfect
infer estimated final
study compare "$out" "${trials[@]/#/$CSL_TEST_DATA/broad/}" >"$out/result.json.tmp"
mv "$out/result.json.tmp" "$out/result.json"
(cd "$out" && "$here/study_calibration.py" "$array" {perfect,estimated}.array.json {perfect,estimated}.signatures.csv) >"$out/array.json"
cat "$out/result.json"
