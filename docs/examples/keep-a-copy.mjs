// Keeps a copy of all customers in step with the service. Node.js 20 or later, no packages.
const { API = 'http://127.0.0.1:3000/api/v1', TOKEN } = process.env;

/** The copy. A real program has a table for it, and stores the cursor in the same transaction. */
export const copy = new Map();

async function get(path) {
  const response = await fetch(`${API}/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  if (response.ok || response.status === 410) return response;
  throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/** Takes the cursor first: changes during the export come again, and do no harm. */
async function start() {
  const { page } = await (await get('events?from=now')).json();
  copy.clear();
  const text = await (await get('customers/export?format=ndjson')).text();
  for (const line of text.split('\n').filter(Boolean)) {
    const customer = JSON.parse(line);
    copy.set(customer.id, customer);
  }
  return page.next_cursor;
}

/** Applies what has changed, page after page. @returns the cursor for the next time */
export async function follow(cursor) {
  for (let hasMore = true; hasMore;) {
    const response = cursor && (await get(`events?limit=1000&cursor=${cursor}`));
    if (!response || response.status === 410) return start();
    const { data: events, page } = await response.json();
    for (const { type, data } of events) {
      if (!type.startsWith('customer.')) continue;
      if (data.object) copy.set(data.id, data.object);
      else copy.delete(data.id);
    }
    cursor = page.next_cursor;
    hasMore = page.has_more;
  }
  return cursor;
}
