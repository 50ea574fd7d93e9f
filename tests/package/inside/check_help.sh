# check_help.sh: manual pages and completion of the installed tools, in an empty system.
set -euo pipefail
fail() { echo "$1" >&2; exit 1; }

tools=(simulate import features train infer eval check export calibrate)
for tool in "${tools[@]}"; do
  page=$(MANWIDTH=80 man "csl-$tool")
  for part in NAME DESCRIPTION --version --help EXAMPLES; do
    grep -q -e "$part" <<<"$page" || fail "man csl-$tool: no $part"
  done
done
# Standard error of man tells of macros that are wrong.
warnings=$(man --warnings csl-train 2>&1 >/dev/null)
[[ -z $warnings ]] || fail "man csl-train: $warnings"

# As an interactive bash does: bash-completion finds the file by the command's name.
. /usr/share/bash-completion/bash_completion
complete_line() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
  _completion_loader "$1" || [[ $? == 124 ]]
  local call
  call=$(complete -p "$1" | sed -n 's/.* -F \([^ ]*\) .*/\1/p')
  [[ -n $call ]] || fail "bash: no completion of $1"
  "$call" "$1" "${!#}" "${@: -2:1}" || true
  echo "${COMPREPLY[*]}"
}
set +u  # bash-completion does not set all of its variables
for tool in "${tools[@]}"; do
  [[ " $(complete_line "csl-$tool" --see) " == *" --seed"* ]] || fail "bash: csl-$tool --see is not completed"
  [[ -f /usr/share/zsh/vendor-completions/_csl-$tool ]] || fail "no completion of csl-$tool for zsh"
  [[ -f /usr/share/fish/vendor_completions.d/csl-$tool.fish ]] || fail "no completion of csl-$tool for fish"
done
[[ " $(complete_line csl-train --preset pa) " == *" paper"* ]] || fail "bash: csl-train --preset pa is not completed"
[[ -f /usr/share/csl/view/csl-view.html ]] || fail "no live page"
