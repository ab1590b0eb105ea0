# phiward for pipelines: `docker build -t phiward .`, then `docker run --rm -v "$PWD:/work:ro" phiward scan .`
# The tag names Python's and Debian's release; pin it by the digest that your own registry shows for it.
FROM python:3.13-slim-trixie AS build
WORKDIR /source
RUN python -m venv /opt/phiward
COPY ci/requirements.txt ci/requirements.txt
RUN /opt/phiward/bin/pip install --no-cache-dir --require-hashes -r ci/requirements.txt
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY engine engine
COPY collectors collectors
COPY controls controls
COPY policies policies
RUN /opt/phiward/bin/pip install --no-cache-dir --no-build-isolation --no-deps . \
    && /opt/phiward/bin/pip uninstall --yes hatchling pathspec pluggy tomlkit trove-classifiers packaging pip

FROM python:3.13-slim-trixie
# git tells what changed (`phiward scan --changed-since`).
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin phiward
COPY --from=build /opt/phiward /opt/phiward
ENV PATH="/opt/phiward/bin:$PATH"
# What is mounted belongs to whoever runs the container: git opens it all the same.
RUN git config --system --add safe.directory '*'
USER 10001
WORKDIR /work
ENTRYPOINT ["phiward"]
CMD ["--help"]
