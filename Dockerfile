# The app in a container: nobody's privileges, no writes outside /tmp, kernels compiled while the image is built.
FROM python:3.11-slim

# Letters of Korean and Japanese labels in printed figures.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fonts-nanum fonts-ipafont-gothic \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt .
RUN python -m pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY .streamlit .streamlit
COPY analysis analysis
COPY charts charts
COPY ui ui
COPY pages pages
COPY sample_data sample_data
COPY app.py ./

# Every kernel is compiled, and one run of the sample study proves that the image computes. Numba takes only a cache
# folder it can write to, and the image may run read-only: the compiled kernels are copied to /tmp at start. On a processor
# of another kind than the one that built the image the first visit compiles them once more, and says so.
RUN export NUMBA_CACHE_DIR=/app/kernels \
 && python -m ui.warm_up \
 && python -m analysis run sample_data/study.yaml --out /tmp/proof --figures png --quiet \
 && rm -rf /tmp/* \
 && chmod -R a+rX /app \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin explorer
ENV NUMBA_CACHE_DIR=/tmp/kernels \
    MPLCONFIGDIR=/tmp/matplotlib \
    HOME=/tmp \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

# Listening on every address is right inside the container only; which of them the host offers is said by --publish.
# Without its welcome message Streamlit does not ask the internet for the address it is seen from.
CMD ["sh", "-c", "mkdir -p \"$NUMBA_CACHE_DIR\" && cp -R /app/kernels/. \"$NUMBA_CACHE_DIR\" && exec python -m streamlit run app.py --server.address 0.0.0.0 --server.port 8501 --server.headless true --logger.hideWelcomeMessage true"]
