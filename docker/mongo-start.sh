#!/bin/sh
# Starts MongoDB as a replica set of one with authentication, for which its members need a key in a file of their own.
set -eu
umask 077
printf '%s\n' "$MONGO_KEY" > /tmp/mongo.key
chown mongodb:mongodb /tmp/mongo.key
exec docker-entrypoint.sh mongod --replSet linka --keyFile /tmp/mongo.key --bind_ip_all --wiredTigerCacheSizeGB 0.5
