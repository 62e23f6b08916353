# The version that package.json pins for development. Another one: --build-arg NODE_IMAGE=...
ARG NODE_IMAGE=node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
# One heap for all threads. Otherwise the C library keeps freed memory for each thread, 20 MiB after log-ins.
ENV MALLOC_ARENA_MAX=1
# A new volume gets the owner and mode of the folder that it is mounted on.
RUN install -d -o node -g node -m 700 /secrets /postgres-secrets /redis-secrets
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY scripts/draw-secrets.ts ./scripts/
COPY scripts/compose ./scripts/compose
# By number: Kubernetes checks runAsNonRoot only for a numeric user. 1000 is `node`.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s \
  CMD ["node", "scripts/compose/healthcheck.ts"]
CMD ["node", "--expose-gc", "--no-allocation-site-pretenuring", "--memory-reducer-gc-count=0", "dist/main.js"]
