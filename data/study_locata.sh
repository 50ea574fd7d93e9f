#!/usr/bin/env bash
# LOCATA's recordings of an array that moves (tasks 5 and 6 have them): the array learned without its positions, and the
# directions of the talkers by what was learned, by SRP-PHAT with the true positions, and against the truth.
#   data/study_locata.sh LOCATA FOLDER
# LOCATA is the corpus in its own layout. ARRAY (dummy), STEPS (1500) and SEED (1) may be set. Interrupted, it goes on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
locata=$1 out=$2
array=${ARRAY:-dummy} steps=${STEPS:-1500} seed=${SEED:-1}
mkdir -p "$out"
[[ -f $out/wav/array.json ]] || /usr/bin/python3 "$here/import_locata.py" "$locata" "$out/wav" --array "$array"
[[ -f $out/train.sessions.h5 ]] || csl-import -q --audio "$out/wav" --intervals silence --array "$out/wav/array.json" \
  --report "$out/import" --out "$out/train.sessions.h5"
[[ -f $out/test.sessions.h5 ]] || csl-import -q --audio "$out/wav" --intervals whole --array "$out/wav/array.json" \
  --out "$out/test.sessions.h5" >/dev/null
for part in train test; do
  [[ -f $out/$part.features.h5 ]] || csl-features -q --in "$out/$part.sessions.h5" --out "$out/$part.features.h5" \
    --noise-margin 10
done
[[ -f $out/model.h5 ]] || csl-train -q --in "$out/train.features.h5" --steps "$steps" --seed "$seed" --calibrate \
  --reflect truth --accept-doubtful --out "$out/model.h5"
csl-infer -q --model "$out/model.h5" --in "$out/test.features.h5" --estimator steered --window 0.2,0.5,1 --stride 5 \
  --out "$out/steered.estimates.h5"
csl-export -q --model "$out/model.h5" --json "$out/array.json"
csl-eval --estimates "$out/steered.estimates.h5" --sessions "$out/test.sessions.h5" --baselines srp-phat \
  --pooling world --out "$out/report"
