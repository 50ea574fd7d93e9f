#!/usr/bin/env bash
# From a device's recordings to directions: WAV and CSV in, estimates out. Run by the tests with small numbers.
#   data/walkthrough.sh RECORDINGS OUT
# RECORDINGS holds ID.wav with ID.pose.csv (orientations) or ID.imu.csv, and ID.truth.csv where the truth is
# known. The tools are in PATH. STEPS, TRAIN (further options of csl-train), REFLECT may be set.
set -euo pipefail
recordings=$1 out=$2
mkdir -p "$out"
csl-import --audio "$recordings" --intervals whole --report "$out/report" --out "$out/sessions.h5"
csl-features --in "$out/sessions.h5" --out "$out/features.h5"
read -ra train <<<"${TRAIN:-}"
csl-train --in "$out/features.h5" --steps "${STEPS:-2500}" --reflect "${REFLECT:-initial:+x}" "${train[@]}" \
  --out "$out/model.h5"
csl-infer --model "$out/model.h5" --in "$out/features.h5" --window 0.5,full --out "$out/estimates.h5"
csl-check "$out"/*.h5
csl-eval --estimates "$out/estimates.h5" --out "$out/evaluation"
