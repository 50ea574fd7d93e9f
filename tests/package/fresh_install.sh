#!/bin/bash
# fresh_install.sh PACKAGES FOLDER: the Debian packages in PACKAGES on an empty Debian, as a user meets them.
#
# Needs root and debootstrap. FOLDER/base keeps the empty system, FOLDER/run is a copy of it for this run. The copy gets
# the packages and nothing else of this project. In it: installation by apt, manual pages, completion, the ten-minute
# tutorial as the installed page has it (an ordinary user, no network), and the example that builds upon the library.
# MIRROR names another mirror than deb.debian.org, SUITE another suite than this machine's.
set -euo pipefail
[[ $# == 2 ]] || { echo "usage: fresh_install.sh PACKAGES FOLDER" >&2; exit 2; }
if ((EUID != 0)); then echo "fresh_install.sh: chroot and debootstrap need root" >&2; exit 2; fi
command -v debootstrap >/dev/null || { echo "fresh_install.sh: debootstrap is missing: apt install debootstrap" >&2; exit 2; }
# Mounts end with this process.
[[ -n ${FRESH_MOUNTS:-} ]] || exec env FRESH_MOUNTS=1 unshare --mount --propagation private "$0" "$@"

packages=$(realpath "$1") top=$(mkdir -p "$2" && realpath "$2")
here=$(dirname "$(realpath "$0")")
root=$top/run
. /etc/os-release
suite=${SUITE:-$VERSION_CODENAME} mirror=${MIRROR:-http://deb.debian.org/debian}

if [[ ! -f $top/base/.complete ]]; then
  rm -rf "$top/base"
  echo "fresh install: empty $suite from $mirror"
  debootstrap --variant=minbase "$suite" "$top/base" "$mirror" >"$top/debootstrap.log"
  touch "$top/base/.complete"
fi
for mount in proc dev; do
  if mountpoint -q "$root/$mount"; then echo "$root/$mount is mounted: not removed" >&2; exit 1; fi
done
rm -rf "$root"
cp -a "$top/base" "$root"
cp /etc/resolv.conf "$root/etc/"
echo 'APT::Get::Assume-Yes "true";' >"$root/etc/apt/apt.conf.d/assume-yes"
mkdir "$root/packages"
cp "$packages"/*.deb "$root/packages/"
cp "$here"/inside/* "$root/packages/"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

# inside [UNSHARE OPTIONS] COMMAND: a command in the copy, without this machine's environment.
inside() {
  env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    ${http_proxy:+http_proxy=$http_proxy} ${https_proxy:+https_proxy=$https_proxy} "$@" </dev/null
}
step() { echo "fresh install: $1"; }

step "apt install, with what a desktop has: man, bash-completion"
inside chroot "$root" bash -c 'apt-get update && apt-get install --no-install-recommends man-db bash-completion' >"$top/apt.log" 2>&1
inside chroot "$root" bash -c 'cd /packages && apt install ./csl_*.deb ./csl-doc_*.deb' >>"$top/apt.log" 2>&1 ||
  { tail -20 "$top/apt.log" >&2; exit 1; }

step "manual pages and completion"
inside chroot "$root" bash /packages/check_help.sh

step "the ten-minute tutorial, as an ordinary user and without network"
inside chroot "$root" useradd --create-home reader
begin=$SECONDS
inside unshare --net chroot --userspec=reader "$root" env HOME=/home/reader bash /packages/run_page.sh /usr/share/doc/csl/docs/start/ten_minutes.md
echo "fresh install: the tutorial took $((SECONDS - begin)) s"

step "the library's example, by CMake and by pkg-config"
inside chroot "$root" bash -c 'apt-get install --no-install-recommends cmake make g++ pkg-config && cd /packages && apt install --no-install-recommends ./libcsl-dev_*.deb' >>"$top/apt.log" 2>&1 ||
  { tail -20 "$top/apt.log" >&2; exit 1; }
inside unshare --net chroot --userspec=reader "$root" env HOME=/home/reader bash /packages/build_example.sh

step "removal leaves nothing behind"
inside chroot "$root" bash -c 'apt purge csl csl-doc libcsl-dev >/dev/null 2>&1; ! find /usr /etc -iname "*csl[-_.]*" -o -iname csl | grep .'
echo "fresh install: all sound"
