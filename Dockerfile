# syntax=docker/dockerfile:1
# Build: docker build -t watchfire .
# Run:   docker run --read-only --tmpfs /tmp -v watchfire-data:/var/lib/watchfire -v $PWD/deploy/compose/config:/etc/watchfire:ro -p 9797:9797 watchfire

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY scripts scripts
COPY src src
COPY assets assets
RUN npm run build && npm prune --omit=dev
# Optional packages for checks that need them: docker build --build-arg PACKAGES="pg mysql2 sharp" …
ARG PACKAGES=""
RUN if [ -n "$PACKAGES" ]; then npm install --no-save --omit=dev $PACKAGES; fi

FROM node:24-bookworm-slim
# Two arenas of malloc are enough: each thread would else keep one of its own.
ENV NODE_ENV=production UV_THREADPOOL_SIZE=16 MALLOC_ARENA_MAX=2
WORKDIR /opt/watchfire
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json ./
COPY assets assets
COPY config/schema.json config/schema.json
RUN install -d -o node -g node -m 0700 /var/lib/watchfire
USER node
VOLUME /var/lib/watchfire
EXPOSE 9797
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9797/-/healthy').then(a=>process.exit(a.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "/opt/watchfire/dist/main.js"]
CMD ["run", "--config", "/etc/watchfire"]
