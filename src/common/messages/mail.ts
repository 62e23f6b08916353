import { type Deliver, DeliveryError } from './message.js';

/** Milliseconds. All are below the lease of the outbox: see `OutboxWorker`. */
const CONNECT_TIMEOUT = 10_000;
const SILENCE_TIMEOUT = 20_000;
const TOTAL_TIMEOUT = 60_000;

interface Mail {
  deliver: Deliver;
  close: () => Promise<void>;
}

/** @param url of an SMTP server, with its options in the query as nodemailer documents them */
export function smtpMail(url: string, from: string): Mail {
  const options = {
    url,
    pool: true,
    dnsTimeout: CONNECT_TIMEOUT,
    connectionTimeout: CONNECT_TIMEOUT,
    greetingTimeout: CONNECT_TIMEOUT,
    socketTimeout: SILENCE_TIMEOUT,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  // Loaded on demand: servers without mail need no memory for it.
  const transport = import('nodemailer').then(({ createTransport }) =>
    createTransport(options, { from }),
  );
  const deliver: Deliver = async ({ channel: _, ...mail }) => {
    try {
      const signal = AbortSignal.timeout(TOTAL_TIMEOUT);
      await (await transport).sendMail({ ...mail, signal });
    } catch (error) {
      throw toDeliveryError(error);
    }
  };
  return { deliver, close: async () => (await transport).close() };
}

/**
 * RFC 5321 section 4.2.1: 5yz is final. Before RCPT TO (log-in, sender) it says nothing about the
 * message.
 */
function toDeliveryError(error: unknown): DeliveryError {
  const { code = 'unknown', responseCode = 0, command = '' } = error as SmtpError;
  const isAboutMessage = command === 'RCPT TO' || command === 'DATA';
  return new DeliveryError(String(responseCode || code), responseCode >= 500 && isAboutMessage);
}

interface SmtpError {
  code?: string;
  responseCode?: number;
  command?: string;
}
