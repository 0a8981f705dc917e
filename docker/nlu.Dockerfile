# Rasa and its action server: one image with the trained model, two commands.

FROM python:3.10-slim
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=2 HOME=/tmp \
    SANIC_ACCESS_LOG=false OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
WORKDIR /app
COPY nlu/requirements.lock requirements.lock
RUN pip install --require-hashes --requirement requirements.lock
COPY nlu .
COPY docker/healthy.py /healthy.py
RUN python -m rasa train --domain domain --out /models --fixed-model-name linka \
    && useradd --system linka && install --directory --owner=linka /data
USER linka
EXPOSE 5005 5055
CMD ["python", "-m", "with_token", "run", "--enable-api", "--port", "5005", "--model", "/models/linka.tar.gz", \
     "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
