/** Exits with 0 if the server in this container answers, see HEALTHCHECK in the Dockerfile. */
const port = process.env.OPS_PORT || process.env.PORT || '3000';
const signal = AbortSignal.timeout(2000);
const isAlive = await fetch(`http://127.0.0.1:${port}/health/live`, { signal }).then(
  (response) => response.ok,
  () => false,
);
process.exit(isAlive ? 0 : 1);
