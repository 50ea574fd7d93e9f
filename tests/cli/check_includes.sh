#!/usr/bin/env bash
# check_includes.sh SOURCE: dependencies only point up the table of docs/architecture.md.
# Prints each include that does not, and fails if there is one.
set -euo pipefail
cd "${1:?usage: check_includes.sh SOURCE}"

# folder: the folders whose headers it may include
table='
core: core
so3: core so3
dsp: core so3 dsp
imu: core so3 dsp imu
array: core so3 dsp array
room: core so3 dsp array room
nn: core nn
csl: core so3 nn csl
doa: core so3 dsp array doa
calib: core so3 dsp array room doa calib
io: core io
stage: core so3 dsp imu array room nn csl doa calib io stage
tools: stage'

# shellcheck disable=SC2016  # the program is awk's
grep -rE '^ *# *include "[a-z0-9]+/' lib tools --include='*.h' --include='*.cpp' --include='*.inl' |
  awk -v table="$table" '
    BEGIN {
      rows = split(table, row, "\n")
      for (r = 1; r <= rows; ++r) {
        if (split(row[r], half, ": ") < 2) continue
        folders[half[1]] = half[2]
        n = split(half[2], word, " ")
        for (w = 1; w <= n; ++w) may[half[1], word[w]] = 1
      }
    }
    {
      path = $0; sub(/:.*/, "", path)                       # lib/doa/pooling.h
      n = split(path, part, "/"); user = part[1] == "lib" ? part[2] : part[1]
      target = $0; sub(/^[^"]*"/, "", target); sub(/\/.*/, "", target)
      if (!(user in folders)) { print path ": its folder is not in the table"; bad = 1 }
      else if ((target in folders) && !((user, target) in may)) {
        print $0 "   (may include: " folders[user] ")"; bad = 1
      }
    }
    END { exit bad }'
