import { type Deliver, DeliveryError } from './message.js';

/** Milliseconds. All are shorter than the lease of the outbox, see `OutboxWorker`. */
const CONNECT_TIMEOUT = 10_000;
const SILENCE_TIMEOUT = 20_000;
const TOTAL_TIMEOUT = 60_000;

interface Mail {
  deliver: Deliver;
  close: () => Promise<void>;
}

/** @param url of an SMTP server. The query may contain options of nodemailer. */
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
  // Loaded on demand, so that a service without mail needs no memory for it.
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
 * RFC 5321 section 4.2.1: 5yz is final. An error before RCPT TO, such as of the log-in, does not concern
 * the message.
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
