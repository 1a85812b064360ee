# The same steps as on any machine: `make setup`. The city is built at the first start, into the state volume.
FROM python:3.12-slim-bookworm

RUN apt-get update \
 && apt-get install --yes --no-install-recommends make=4.* \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1150 saigon115 \
 && install --directory --owner saigon115 /srv/saigon115 /var/lib/saigon115

WORKDIR /srv/saigon115
COPY --chown=saigon115 . .
USER saigon115
RUN make setup

ENV SAIGON115_STATE=/var/lib/saigon115
VOLUME /var/lib/saigon115
EXPOSE 8115
HEALTHCHECK --interval=15s --timeout=5s --start-period=5m \
  CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8115/readyz', timeout=4)"]
STOPSIGNAL SIGINT
ENTRYPOINT [".venv/bin/saigon115"]
CMD ["up", "--host", "0.0.0.0"]
