#!/usr/bin/env bash
# man_page.sh TOOL DATE OUT.1.gz: the man page of a tool, made from its --help. DATE is that of the release, so that the
# same sources give the same bytes.
set -euo pipefail
tool=$1 date=$2 out=$3
purpose=$("$tool" --help | sed '/^$/,$d' | tr '\n' ' ')
purpose=${purpose%. }
SOURCE_DATE_EPOCH=$(date -u -d "$date" +%s) help2man --no-info --section=1 --manual="C-SL" \
  --source="$("$tool" --version)" --name="${purpose,}" "$tool" | gzip -9n >"$out.part"
mv "$out.part" "$out"
