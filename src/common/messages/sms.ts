import { type Deliver, DeliveryError } from './message.js';

/** Milliseconds. */
const TIMEOUT = 10_000;
/** With these statuses a gateway refuses the number or the text for good. */
const FINAL = [400, 422];

/** @param webhook receives each message as POST `{to, text}`. Its credentials are sent as Basic. */
export function smsWebhook(webhook: string): Deliver {
  const url = new URL(webhook);
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const headers = {
    'content-type': 'application/json',
    ...(credentials !== ':' && { authorization }),
  };
  url.username = '';
  url.password = '';
  return async ({ to, text }, traceparent) => {
    const status = await fetch(url, {
      method: 'POST',
      headers: { ...headers, ...(traceparent !== null && { traceparent }) },
      body: JSON.stringify({ to, text }),
      redirect: 'manual', // a redirected POST would become a GET
      signal: AbortSignal.timeout(TIMEOUT),
    }).then(drain, networkError);
    if (status < 200 || status > 299) {
      throw new DeliveryError(String(status), FINAL.includes(status));
    }
  };
}

/** Discards the body, because an unread body would keep the connection. */
async function drain(response: Response): Promise<number> {
  await response.body?.cancel();
  return response.status;
}

function networkError(error: Error & { cause?: { code?: string } }): never {
  throw new DeliveryError(error.cause?.code ?? error.name, false);
}
