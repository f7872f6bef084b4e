#!/bin/sh
# Find or build a MinIO server, and run it.
#
#   scripts/minio.sh path              print the path of a server's binary, built first when there is none
#   scripts/minio.sh serve DIR [PORT]  print its address and serve DIR in the foreground (127.0.0.1, port 9000)
#
# The order: `minio` on PATH, ~/.cache/newsbeam/bin/minio, a build with Go into that folder.
# Where NEWSBEAM_S3_ENDPOINT is set a server runs already: `serve` prints that address and ends.
# Keys: MINIO_ROOT_USER and MINIO_ROOT_PASSWORD, else newsbeam / newsbeam-secret. TLS where MINIO_CERTS_DIR names a folder
# with public.crt and private.key. Exit 1: no server is to be had.
set -eu

VERSION=v0.0.0-20260212201848-7aac2a2c5b7c
BIN="${XDG_CACHE_HOME:-$HOME/.cache}/newsbeam/bin"

path() {
    if command -v minio >/dev/null 2>&1; then
        command -v minio
    elif [ -x "$BIN/minio" ]; then
        echo "$BIN/minio"
    elif command -v go >/dev/null 2>&1; then
        echo "building MinIO $VERSION with Go, once; this takes a few minutes" >&2
        mkdir -p "$BIN"
        GOBIN="$BIN" go install "github.com/minio/minio@$VERSION" >&2
        echo "$BIN/minio"
    else
        echo "no MinIO: put a 'minio' on PATH, install Go, or set NEWSBEAM_S3_ENDPOINT" >&2
        exit 1
    fi
}

serve() {
    if [ -n "${NEWSBEAM_S3_ENDPOINT:-}" ]; then
        echo "$NEWSBEAM_S3_ENDPOINT"
        exit 0
    fi
    minio=$(path)
    export MINIO_ROOT_USER="${MINIO_ROOT_USER:-newsbeam}" MINIO_ROOT_PASSWORD="${MINIO_ROOT_PASSWORD:-newsbeam-secret}"
    export MINIO_BROWSER=off MINIO_UPDATE=off MINIO_CALLHOME_ENABLE=off
    mkdir -p "$1"
    echo "http${MINIO_CERTS_DIR:+s}://127.0.0.1:${2:-9000}"
    exec "$minio" server --quiet ${MINIO_CERTS_DIR:+--certs-dir "$MINIO_CERTS_DIR"} \
        --address "127.0.0.1:${2:-9000}" "$1"
}

case "${1:-}" in
path) path ;;
serve) [ $# -ge 2 ] || { echo "usage: scripts/minio.sh serve DIR [PORT]" >&2; exit 2; }; shift; serve "$@" ;;
*) echo "usage: scripts/minio.sh path | serve DIR [PORT]" >&2; exit 2 ;;
esac
