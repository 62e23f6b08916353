// Receives the events of a webhook: SECRET=whsec_... node receive-webhooks.mjs
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.SECRET);
export const copy = new Map(); // in a real program a table, with the ids below in the same database
const processed = new Set();

async function receive(request, response) {
  try {
    const { id, type, data } = webhook.verify(await text(request), request.headers);
    if (!processed.has(id) && type !== 'webhook.test') apply(data);
    processed.add(id); // the same event can arrive again
    response.writeHead(204).end();
  } catch {
    response.writeHead(400).end(); // not signed with the secret, or too old
  }
}

function apply({ id, version, object }) {
  if ((copy.get(id)?.version ?? 0) >= version) return; // events can arrive in any order
  copy.set(id, { version, object }); // the object is null once it is deleted
}

export const server = createServer((request, response) => void receive(request, response));
server.listen(process.env.PORT ?? 4000, '127.0.0.1');
