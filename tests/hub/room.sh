#!/bin/sh
# A room of its own for one JupyterHub: accounts, homes and exchange that nobody outside sees and that end with it.
# room.sh FOLDER ACCOUNT... -- PATH...   Run as root by `unshare --mount`. The paths are those that accounts read: what
# lies above them may be closed to them, such as /root. Says "ready" and waits until its input ends.
set -eu
stash=$1; shift
mount -t tmpfs room "$stash"
mkdir "$stash/paths" && cp -a /etc "$stash/etc" && mount --bind "$stash/etc" /etc
mount -t tmpfs -o mode=755 room /home
mount -t tmpfs -o mode=755 room /srv
while [ "$1" != "--" ]; do
    useradd --create-home --key HOME_MODE=0700 --shell /bin/sh "$1"; shift
done
shift
number=0
for path in "$@"; do  # kept aside first: a closed folder may be above several of them
    number=$((number + 1)); mkdir "$stash/paths/$number"; mount --bind "$path" "$stash/paths/$number"
done
number=0
for path in "$@"; do
    number=$((number + 1)); above=$path; closed=
    while [ "$above" != / ]; do
        above=$(dirname "$above"); case $(stat -c %A "$above") in *x|*t) ;; *) closed=$above ;; esac
    done
    [ -z "$closed" ] || mount -t tmpfs -o mode=755 room "$closed"
    mkdir -p "$path"; [ -z "$(ls -A "$path")" ] && mount --bind "$stash/paths/$number" "$path"
done
echo ready
cat > /dev/null
