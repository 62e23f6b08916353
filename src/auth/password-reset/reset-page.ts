import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 4rem auto; padding: 0 1rem; }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
input, button { margin: .5rem 0 1rem; padding: .5rem; }
`;

/** Removes the token from the address bar at once, so that neither history nor shared links hold it. */
const SCRIPT = `
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);
const form = document.querySelector('form');
const status = document.querySelector('output');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  status.textContent = 'One moment ...';
  const body = JSON.stringify({ token, new_password: form.elements.password.value });
  const headers = { 'Content-Type': 'application/json' };
  try {
    const answer = await fetch('api/v1/auth/password/reset', { method: 'POST', headers, body });
    if (answer.ok) {
      form.remove();
      status.textContent = 'The new password is set. You can log in with it now.';
      return;
    }
    const problem = await answer.json();
    const field = problem.errors && problem.errors.find(({ pointer }) => pointer === '/new_password');
    status.textContent = field ? 'The password ' + field.detail + '.' : problem.detail;
  } catch {
    status.textContent = 'The service cannot be reached. Please try again.';
  }
});
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Set a new password</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>Set a new password</h1>
    <form>
      <label for="password">New password</label>
      <input id="password" name="password" type="password" autocomplete="new-password" required>
      <button>Set password</button>
    </form>
    <output role="status"></output>
    <script>${SCRIPT}</script>
  </body>
</html>
`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src ${hashSource(SCRIPT)}`,
  `style-src ${hashSource(STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * Serves the page that the link of a reset message opens. An operator with a web application can serve
 * another page at this path from the proxy, because the page only uses the API.
 */
export function serveResetPage(server: FastifyInstance): void {
  server.get('/reset-password', (_request, reply) =>
    reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('cache-control', 'no-store')
      .type('text/html')
      .send(PAGE),
  );
}
