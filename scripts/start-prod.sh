#!/bin/sh
# `npm run start:prod`: starts the built server in production. It is a shell script, because it must
# explain a Node.js that is too old, and because exec lets signals reach the server directly.
case "${1-}" in
  '') ;;
  --help | -h)
    echo 'Usage: npm run start:prod'
    echo 'Starts the built server with NODE_ENV=production. Reads .env. Variables of the shell take precedence.'
    echo 'Build first: npm run build'
    exit 0
    ;;
  *)
    echo "Unknown argument: $1. See npm run start:prod -- --help" >&2
    exit 64
    ;;
esac
cd "$(dirname "$0")/.." || exit 1
if [ ! -f dist/main.js ]; then
  echo 'There is no build. Build first: npm run build' >&2
  exit 1
fi
if ! node --memory-reducer-gc-count=0 --version >/dev/null 2>&1; then
  echo "Node.js $(node --version) is too old for npm run start:prod. Use Node.js 24, which npm ci installs as a package." >&2
  exit 1
fi
if [ -f .env ]; then set -- --env-file=.env; fi
export NODE_ENV=production
exec node --expose-gc --no-allocation-site-pretenuring --memory-reducer-gc-count=0 "$@" dist/main.js
