# Rasa, its action server and the workshop: one image with the trained model, three commands.

FROM python:3.10-slim
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=2 HOME=/tmp \
    SANIC_ACCESS_LOG=false OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
WORKDIR /app
COPY nlu/requirements.lock requirements.lock
RUN pip install --require-hashes --requirement requirements.lock
COPY nlu .
COPY docker/healthy.py /healthy.py
# The workshop names and seals models as the launcher does.
COPY hub/__init__.py hub/
COPY hub/launch/__init__.py hub/launch/fingerprint.py hub/launch/leash.py hub/launch/models.py hub/launch/
RUN python -m rasa train --domain domain --out /tmp/made --fixed-model-name model && mkdir /trained \
    && python -c "from pathlib import Path as P; from hub.launch import models as m; m.keep(P('/tmp/made/model.tar.gz'), P('/trained', m.model_name(P('.'), P('.'))), 0)" \
    && useradd --system --uid 990 linka && install --directory --owner=linka /data /models /knowledge \
    && cp --recursive content data domain tests /knowledge && chown --recursive linka /knowledge
USER linka
EXPOSE 5005 5055
CMD ["python", "-m", "with_token", "run", "--enable-api", "--port", "5005", "--model", "/trained", \
     "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
