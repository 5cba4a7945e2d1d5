#!/bin/sh
# Opens the course; a double click is enough. On macOS and Linux alike.
cd "$(dirname "$0")" || exit 1
for python in python3 python3.14 python3.13 python3.12 python3.11; do
  if command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    exec "$python" start.py "$@"
  fi
done
echo "Python 3.11 or newer is missing; see README.md."
echo "缺少 Python 3.11 或更新的版本；请看 README.zh.md。"
exit 1
