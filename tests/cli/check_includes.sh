#!/usr/bin/env bash
# check_includes.sh SOURCE: dependencies only point up the table of docs/contribute/architecture.md.
# Prints each include that does not, and fails if there is one.
set -euo pipefail
cd "${1:?usage: check_includes.sh SOURCE}"

# folder: the other folders whose headers it may include
table='
core:
io: core
so3: core
dsp: core so3
imu: core so3 dsp
array: core so3 dsp
room: core so3 dsp array
nn: core
align: core so3
learn: core so3 nn align
doa: core so3 dsp array
calib: core so3 dsp array doa
session: core so3 imu
features: core so3 dsp learn session
localize: core so3 dsp array nn learn doa calib session features
formats: core io so3 dsp imu array nn learn doa calib session features localize
simulate: core io so3 dsp imu array room session formats
report/svg: core so3
ingest: core io so3 dsp imu array nn align learn session features formats report/svg
evaluate: core so3 dsp array doa calib session features localize formats
report: core so3 dsp array doa calib session localize formats evaluate report/svg
commands: core io so3 dsp imu array room nn align learn doa calib session features localize formats simulate ingest evaluate report report/svg
commands/device: core io so3 dsp imu array room nn align learn doa calib session features localize formats simulate ingest evaluate report report/svg commands
tools: commands commands/device'

# shellcheck disable=SC2016  # the program is awk's
grep -rE '^ *# *include "[a-z0-9]+/' lib tools --include='*.h' --include='*.cpp' --include='*.inl' |
  awk -v table="$table" '
    # The folder of a path below lib/: its longest beginning that is a row of the table.
    function folder_of(path,    part) {
      sub(/\/[^\/]*$/, "", path)
      while (path != "" && !(path in folders)) {
        part = path
        if (!sub(/\/[^\/]*$/, "", path)) path = ""
      }
      return path
    }
    BEGIN {
      rows = split(table, row, "\n")
      for (r = 1; r <= rows; ++r) {
        if (split(row[r], half, ":") < 2) continue
        folders[half[1]] = half[2]
        may[half[1], half[1]] = 1
        n = split(half[2], word, " ")
        for (w = 1; w <= n; ++w) may[half[1], word[w]] = 1
      }
    }
    {
      path = $0; sub(/:.*/, "", path); name = path          # lib/report/svg/plot.h
      sub(/^lib\//, "", name); user = folder_of(name)
      target = $0; sub(/^[^"]*"/, "", target); sub(/".*/, "", target); target = folder_of(target)
      if (user == "") { print path ": its folder is not in the table"; bad = 1 }
      else if (target != "" && !((user, target) in may)) {
        print $0 "   (may include:" folders[user] ")"; bad = 1
      }
    }
    END { exit bad }'
