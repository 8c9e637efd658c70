# The app in a container: nobody's privileges, no writes outside /tmp, kernels compiled while the image is built, and
# no compiler and no pip left inside. The base image's own apt and dpkg stay: they need root, whom nobody can become.
#
# The base image is named by its tag. To pin it, give what `docker buildx imagetools inspect python:3.11-slim-bookworm`
# prints as its digest: docker build --build-arg BASE=python:3.11-slim-bookworm@sha256:…
ARG BASE=python:3.11-slim-bookworm
FROM ${BASE} AS build

# Every file that is installed is one of the lock's, by its SHA-256, from whichever registry pip is told to use.
COPY docs/hosting/requirements.lock .
RUN python -m venv /opt/explorer \
 && /opt/explorer/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.lock \
 && /opt/explorer/bin/python -m pip uninstall --yes --disable-pip-version-check setuptools pip

WORKDIR /app
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
 && /opt/explorer/bin/python -m ui.warm_up \
 && /opt/explorer/bin/python -m analysis run sample_data/study.yaml --out /tmp/proof --figures png --quiet \
 && chmod -R a+rX /app

FROM ${BASE}

# Letters of Korean and Japanese labels in printed figures; then pip goes, and the copy of it that Python brings along.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fonts-nanum fonts-ipafont-gothic \
 && rm -rf /var/lib/apt/lists/* \
 && python -m pip uninstall --yes --root-user-action=ignore setuptools wheel pip \
 && rm -r "$(python -c 'import ensurepip; print(*ensurepip.__path__)')" \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin explorer

COPY --from=build /opt/explorer /opt/explorer
COPY --from=build /app /app
WORKDIR /app
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
  CMD ["/opt/explorer/bin/python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

# Listening on every address is right inside the container only; which of them the host offers is said by --publish. The
# app does not start like this unless an identity provider is named, or it is said that a proxy guards it (docs/hosting.md).
# Streamlit would ask the internet for the address it is seen from, for its welcome message and whenever a page of another
# site knocks: there is no message, and ui.access answers in its place.
CMD ["sh", "-c", "mkdir -p \"$NUMBA_CACHE_DIR\" && cp -R /app/kernels/. \"$NUMBA_CACHE_DIR\" && exec /opt/explorer/bin/python -m ui.access --server.address 0.0.0.0 --server.port 8501 --server.headless true --logger.hideWelcomeMessage true"]
