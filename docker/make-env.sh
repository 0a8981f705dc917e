#!/bin/sh
# Prints settings with fresh secrets for docker compose: sh docker/make-env.sh > .env
set -eu
secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
cat <<SETTINGS
# Address that people open in a browser.
LINKA_PUBLIC_URL=http://localhost:8700
# Where the hub is published on this machine; put a proxy with TLS before it.
LINKA_BIND=127.0.0.1:8700
# Two hubs: redis://redis:6379/0 here, the address below as LINKA_PUBLIC_URL's, and docker compose --profile several up
LINKA_REDIS_URL=
# Two Rasas, which share their dialogues: http://rasa:5005,http://rasa-two:5005
LINKA_RASA_URL=
LINKA_FRONT_BIND=127.0.0.1:8780
# 1 seeds the demo business, 0 starts empty.
LINKA_DEMO=1
# When people answer, by which clocks, and the country whose public holidays are free; empty: every day from 8 to 20, Prague.
LINKA_BUSINESS_HOURS=
LINKA_TIME_ZONE=
LINKA_HOLIDAYS=
# From @BotFather; then: docker compose --profile telegram up
LINKA_TELEGRAM_TOKEN=
# polling, or webhook with the https address that your proxy passes on to LINKA_TELEGRAM_BIND.
LINKA_TELEGRAM_MODE=polling
LINKA_TELEGRAM_WEBHOOK_URL=
LINKA_TELEGRAM_BIND=127.0.0.1:8790
# Secrets, made for you. Keep this file to yourself.
LINKA_SERVICE_TOKEN=$(secret)
LINKA_RASA_TOKEN=$(secret)
LINKA_MONGO_PASSWORD=$(secret)
MONGO_ROOT_PASSWORD=$(secret)
MONGO_KEY=$(secret)$(secret)
SETTINGS
