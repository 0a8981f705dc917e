#!/bin/sh
# Healthy means primary; a fresh server is made the only member of its set on the way.
set -eu
exec mongosh --quiet --eval '
    db.getSiblingDB("admin").auth(process.env.MONGO_INITDB_ROOT_USERNAME, process.env.MONGO_INITDB_ROOT_PASSWORD);
    try { rs.status() } catch (error) {
        if (error.codeName !== "NotYetInitialized") throw error;
        rs.initiate({ _id: "linka", members: [{ _id: 0, host: "mongo:27017" }] });
    }
    if (!db.hello().isWritablePrimary) quit(1);'
