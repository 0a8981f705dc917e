# The hub and the Telegram bot: one image, two commands.

FROM node:22-slim AS pages
WORKDIR /app
COPY webchat-widget/package.json webchat-widget/package-lock.json webchat-widget/.npmrc webchat-widget/
RUN cd webchat-widget && npm ci
COPY hub/panel/package.json hub/panel/package-lock.json hub/panel/.npmrc hub/panel/
RUN cd hub/panel && npm ci
COPY webchat-widget webchat-widget
RUN cd webchat-widget && npm run build
COPY hub/panel hub/panel
RUN cd hub/panel && npm run build

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/main.lock requirements/main.lock
RUN pip install --require-hashes --requirement requirements/main.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY hub hub
COPY storage storage
COPY docker/healthy.py docker/healthy.py
COPY --from=pages /app/webchat-widget/dist webchat-widget/dist
COPY --from=pages /app/hub/panel/dist hub/panel/dist
RUN pip install --no-deps --no-build-isolation --editable . \
    && useradd --system --uid 990 --home-dir /data linka && install --directory --owner=linka /data /knowledge
USER linka
ENV LINKA_HOST=0.0.0.0 LINKA_PORT=8700 LINKA_DATA=/data LINKA_LOG_FORMAT=json
EXPOSE 8700
CMD ["python", "-m", "hub"]
