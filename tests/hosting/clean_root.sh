#!/usr/bin/env bash
# Carries out the Dockerfile's steps where no container engine is: in a clean Debian of debootstrap's making, then starts the
# app from it as the image does: user 10001, no capabilities, root read-only, /tmp alone writable and in memory.
#
#     tests/hosting/clean_root.sh FOLDER [PORT]     (as root; FOLDER is made where it is missing)
#
# What this does not show: the base image's own Python and what is taken out of it, docker's health check, and its network.
set -euo pipefail
root=$(realpath -m "$1") port=${2:-8599} here=$(cd "$(dirname "$0")/../.." && pwd)

if [ ! -x "$root/usr/bin/python3" ]; then
  debootstrap --variant=minbase --include=python3,python3-venv,fonts-nanum,fonts-ipafont-gothic \
    bookworm "$root"
fi

if [ ! -d "$root/app/kernels" ]; then
  unshare --mount bash -euo pipefail -s "$root" "$here" <<'BUILD'
root=$1 here=$2
mount --bind "$root" "$root"; mount -t proc proc "$root/proc"; mount --bind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"; mkdir -p "$root/build"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp "$here/docs/hosting/requirements.lock" "$root/build/"
# This machine's registry is used, whichever it is: pip's settings, the certificates, and the folders and files here that the
# settings name, where the new root has nothing of its own in their place. A folder "simple" has its files beside it.
settings=$(python3 -m pip config list 2>/dev/null || true)
for place in /etc/pip.conf /etc/ssl/certs $(grep -oE "(/[A-Za-z0-9._-]+)+" <<<"$settings" | sed "s,/simple$,," | sort -u); do
  [ -e "$place" ] || continue
  [ -z "$(find "$root$place" -type f -size +0 -print -quit 2>/dev/null)" ] || continue
  if [ -d "$place" ]; then mkdir -p "$root$place"; else mkdir -p "$root${place%/*}" && touch "$root$place"; fi
  mount --bind "$place" "$root$place"
done
in_root() { chroot "$root" /usr/bin/env PATH=/usr/bin:/bin HOME=/tmp "$@"; }
in_root python3 -m venv /opt/explorer
in_root PIP_FIND_LINKS="${PIP_FIND_LINKS:-}" /opt/explorer/bin/python -m pip install --quiet --no-cache-dir \
  --disable-pip-version-check --require-hashes --no-deps -r /build/requirements.lock 2>&1 | { grep -v "is ignored" || true; }  # pip's own failure ends the script
in_root /opt/explorer/bin/python -m pip uninstall --quiet --yes --disable-pip-version-check setuptools pip
mkdir -p "$root/app"
for part in .streamlit analysis charts ui pages sample_data app.py; do cp -R "$here/$part" "$root/app/"; done
find "$root/app" -name __pycache__ -type d -prune -exec rm -rf {} +
chroot "$root" /usr/bin/env NUMBA_CACHE_DIR=/app/kernels HOME=/tmp OMP_NUM_THREADS=1 \
  sh -c "cd /app && /opt/explorer/bin/python -m ui.warm_up \
    && /opt/explorer/bin/python -m analysis run sample_data/study.yaml --out /tmp/proof --figures png --quiet"
chmod -R a+rX "$root/app"
rm -rf "$root/build"
BUILD
fi

exec unshare --mount bash -euo pipefail -s "$root" "$port" <<'RUN'
root=$1 port=$2
mount --bind "$root" "$root"; mount -t proc proc "$root/proc"; mount --bind /dev "$root/dev"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o size=2g,mode=1777,noexec,nosuid,nodev tmpfs "$root/tmp"
exec chroot "$root" /usr/bin/setpriv --no-new-privs --bounding-set=-all --reuid=10001 --regid=10001 --clear-groups /usr/bin/env -i PATH=/usr/bin:/bin NUMBA_CACHE_DIR=/tmp/kernels \
  MPLCONFIGDIR=/tmp/matplotlib HOME=/tmp OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 \
  PYTHONUNBUFFERED=1 EXPLORER_GUARDED_BY_PROXY="${EXPLORER_GUARDED_BY_PROXY-true}" sh -c "cd /app && mkdir -p /tmp/kernels && \
  cp -R /app/kernels/. /tmp/kernels && exec /opt/explorer/bin/python -m ui.access --server.address 0.0.0.0 \
  --server.port $port --server.headless true --logger.hideWelcomeMessage true"
RUN
