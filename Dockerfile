# Packages are fetched in the first stage, the map is built in the second, the last runs without
# a compiler, Node or root.
FROM docker.io/library/python:3.13-slim-bookworm AS packages
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv
RUN python -m venv /opt/kansenkaart
COPY requirements.lock /tmp/
RUN uv pip install --no-cache --python /opt/kansenkaart/bin/python --require-hashes -r /tmp/requirements.lock

FROM packages AS map
COPY requirements-web.lock /tmp/
RUN uv pip install --no-cache --python /opt/kansenkaart/bin/python --require-hashes -r /tmp/requirements-web.lock
COPY app/web /tmp/web
RUN PATH=/opt/kansenkaart/bin:$PATH /tmp/web/build.sh /tmp/map

FROM docker.io/library/python:3.13-slim-bookworm
RUN useradd --system --user-group --create-home --home-dir /var/lib/kansenkaart kansenkaart
COPY --from=packages /opt/kansenkaart /opt/kansenkaart
COPY pyproject.toml requirements.lock /srv/kansenkaart/
COPY app /srv/kansenkaart/app
COPY --from=map /tmp/map /srv/kansenkaart/app/web/dist
COPY spatial /srv/kansenkaart/spatial
COPY migrations /srv/kansenkaart/migrations
COPY sample_data /srv/kansenkaart/sample_data
ENV PATH=/opt/kansenkaart/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/srv/kansenkaart \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    KANSENKAART_HOME=/var/lib/kansenkaart/home \
    HOST=0.0.0.0 \
    PORT=8000
RUN python -m compileall -q /srv/kansenkaart \
    && printf '#!/bin/sh\nexec python -m app.cli "$@"\n' >/usr/local/bin/kansenkaart \
    && chmod 755 /usr/local/bin/kansenkaart
USER kansenkaart
WORKDIR /var/lib/kansenkaart
RUN mkdir -m 700 home
VOLUME ["/var/lib/kansenkaart/home"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health/live\", timeout=4)"]
ENTRYPOINT ["kansenkaart"]
CMD ["serve"]
