# run_page.sh PAGE: runs every block `sh` of a page, in order, in one new folder under $HOME. No command is changed.
set -euo pipefail
page=$1
mkdir "$HOME/tutorial"
cd "$HOME/tutorial"
awk '/^```sh$/ {inside = 1; next} /^```$/ {inside = 0} inside' "$page" >commands.sh
[[ -s commands.sh ]] || { echo "$page has no commands" >&2; exit 1; }
bash -euo pipefail -v commands.sh
ls -l
