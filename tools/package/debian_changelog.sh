#!/usr/bin/env bash
# debian_changelog.sh CHANGELOG.md PACKAGE MAINTAINER OUT.gz: the versions of CHANGELOG.md ("## 0.1.0, 2026-11-30" and a
# list) in Debian's format.
set -euo pipefail
changelog=$1 package=$2 maintainer=$3 out=$4
entry=""
finish() { [[ -z $entry ]] || printf '\n -- %s  %s\n\n' "$maintainer" "$(date -u -R -d "$entry")"; }
{
  while IFS= read -r line; do
    if [[ $line =~ ^##\ ([0-9.]+),\ ([0-9-]+)$ ]]; then
      finish
      entry=${BASH_REMATCH[2]}
      printf '%s (%s-1) unstable; urgency=medium\n\n' "$package" "${BASH_REMATCH[1]}"
    elif [[ -n $entry && $line == -\ * ]]; then
      fold -s -w 74 <<<"${line#- }" | sed '1s/^/  * /; 2,$s/^/    /; s/ *$//'
    elif [[ -n $entry && $line == \ \ * ]]; then
      fold -s -w 74 <<<"${line#  }" | sed 's/^/    /; s/ *$//'
    fi
  done <"$changelog"
  finish
} | gzip -9n >"$out"
