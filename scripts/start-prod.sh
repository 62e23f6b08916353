#!/bin/sh
# `npm run start:prod`: the built server in production. A shell script, because it has to run on
# every supported Node.js, and exec lets signals reach the server directly.
case "${1-}" in
  '') ;;
  --help | -h)
    echo 'Usage: npm run start:prod'
    echo 'Starts the built server with NODE_ENV=production. Reads .env, and what the shell sets wins.'
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
if [ -f .env ]; then set -- --env-file=.env; fi
export NODE_ENV=production
exec node --expose-gc --no-allocation-site-pretenuring --memory-reducer-gc-count=0 "$@" dist/main.js
