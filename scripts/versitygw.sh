#!/bin/sh
# Find or build versitygw, a second S3 server that the tests can run on (NEWSBEAM_TEST_S3=versitygw), and run it.
#
#   scripts/versitygw.sh path              print the path of its binary, built first when there is none
#   scripts/versitygw.sh serve DIR [PORT]  print its address and serve DIR in the foreground (127.0.0.1, port 7070)
#
# The order: `versitygw` on PATH, ~/.cache/newsbeam/bin/versitygw, a build with Go into that folder.
# Keys: ROOT_ACCESS_KEY and ROOT_SECRET_KEY, else newsbeam / newsbeam-secret. Exit 1: no server is to be had.
set -eu

VERSION=v1.8.0
BIN="${XDG_CACHE_HOME:-$HOME/.cache}/newsbeam/bin"

path() {
    if command -v versitygw >/dev/null 2>&1; then
        command -v versitygw
    elif [ -x "$BIN/versitygw" ]; then
        echo "$BIN/versitygw"
    elif command -v go >/dev/null 2>&1; then
        echo "building versitygw $VERSION with Go, once; this takes a few minutes" >&2
        mkdir -p "$BIN"
        GOBIN="$BIN" go install "github.com/versity/versitygw/cmd/versitygw@$VERSION" >&2
        echo "$BIN/versitygw"
    else
        echo "no versitygw: put it on PATH, or install Go" >&2
        exit 1
    fi
}

serve() {
    versitygw=$(path)
    export ROOT_ACCESS_KEY="${ROOT_ACCESS_KEY:-newsbeam}" ROOT_SECRET_KEY="${ROOT_SECRET_KEY:-newsbeam-secret}"
    mkdir -p "$1/users" "$1/buckets"
    folder=$(cd "$1" && pwd)
    echo "http://127.0.0.1:${2:-7070}"
    exec "$versitygw" --quiet --port "127.0.0.1:${2:-7070}" --health /health --iam-dir "$folder/users" \
        posix "$folder/buckets"
}

case "${1:-}" in
path) path ;;
serve) [ $# -ge 2 ] || { echo "usage: scripts/versitygw.sh serve DIR [PORT]" >&2; exit 2; }; shift; serve "$@" ;;
*) echo "usage: scripts/versitygw.sh path | serve DIR [PORT]" >&2; exit 2 ;;
esac
