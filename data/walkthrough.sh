#!/usr/bin/env bash
# From a device's recordings to directions and to the device's own responses: WAV and CSV in, estimates, a report
# and a SOFA file out. Run by the tests with small numbers.
#   data/walkthrough.sh RECORDINGS OUT
# RECORDINGS holds ID.wav with ID.pose.csv (orientations) or ID.imu.csv, and ID.truth.csv where the truth is
# known. The tools are in PATH. STEPS, NOISE_MARGIN (dB), TRAIN (further options of csl-train), REFLECT may be set.
set -euo pipefail
recordings=$1 out=$2
mkdir -p "$out"
csl-import --audio "$recordings" --intervals whole --report "$out/report" --out "$out/sessions.h5"
csl-features --in "$out/sessions.h5" --noise-margin "${NOISE_MARGIN:-10}" --out "$out/features.h5"
read -ra train <<<"${TRAIN:-}"
csl-train --in "$out/features.h5" --steps "${STEPS:-2500}" --reflect "${REFLECT:-initial:+x}" --calibrate \
  "${train[@]}" --out "$out/model.h5"
for estimator in robust steered; do
  csl-infer --model "$out/model.h5" --in "$out/features.h5" --estimator "$estimator" --window 0.5,full \
    --out "$out/$estimator.h5"
done
csl-export --model "$out/model.h5" --sofa "$out/array.sofa" --json "$out/array.json" --svg "$out/array.svg"
csl-check "$out"/*.h5
csl-eval --estimates "$out/robust.h5" "$out/steered.h5" --out "$out/evaluation"
