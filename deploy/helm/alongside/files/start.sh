#!/bin/sh
# Starts coturn with its secret in a file that only it can read, not on its command line.
set -eu
umask 077
settings=/tmp/turnserver.conf
{
  cat "${TURN_BASE:-/etc/coturn/base.conf}"
  echo "realm=${TURN_REALM:?the name people use, such as help.example.com}"
  [ -z "${TURN_EXTERNAL_ADDRESS:-}" ] || echo "external-ip=$TURN_EXTERNAL_ADDRESS"
  if [ -n "${TURN_CERTIFICATE:-}" ]; then
    printf 'cert=%s\npkey=%s\n' "$TURN_CERTIFICATE" "$TURN_PRIVATE_KEY"
  else
    printf 'no-tls\nno-dtls\n'
  fi
  echo "static-auth-secret=$(cat "${TURN_SECRET_FILE:-/run/secrets/turn_secret}")"
} > "$settings"
exec turnserver -c "$settings"
