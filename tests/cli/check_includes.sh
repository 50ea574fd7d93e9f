#!/usr/bin/env bash
# check_includes.sh SOURCE: dependencies only point up the table of docs/architecture.md.
# Prints each include that does not, and fails if there is one.
set -euo pipefail
cd "${1:?usage: check_includes.sh SOURCE}"

declare -A may=(
  [core]="core"
  [so3]="core so3"
  [dsp]="core dsp so3"
  [imu]="core so3 dsp imu"
  [array]="core so3 dsp array"
  [room]="core so3 dsp array room"
  [nn]="core nn"
  [csl]="core so3 nn csl"
  [doa]="core so3 dsp array doa"
  [io]="core io"
  [stage]="core so3 dsp imu array room nn csl doa io stage"
)
folders=" ${!may[*]} "
bad=0

# check FILES MAY: own includes ("folder/file.h") of FILES whose folder is not in MAY.
check() {
  local allowed=" $2 " line folder
  while IFS= read -r line; do
    folder=$(sed -E 's/.*#include "([a-z0-9]+)\/.*/\1/' <<<"$line")
    if [[ $folders == *" $folder "* && $allowed != *" $folder "* ]]; then
      echo "$line   (may include: $2)"
      bad=1
    fi
  done < <(grep -rnE '#include "[a-z0-9]+/' "$1" || true)
}

for folder in lib/*/; do
  name=$(basename "$folder")
  if [[ -z ${may[$name]+known} ]]; then echo "lib/$name is not in the table"; bad=1; continue; fi
  check "$folder" "${may[$name]}"
done
check tools "stage"
exit $bad
