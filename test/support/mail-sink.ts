import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { eventually } from './eventually.ts';

export interface Mail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** A real SMTP server that records its mails. */
export class MailSink {
  readonly mails: Mail[] = [];
  /** While set, every recipient is refused with this SMTP status. */
  refusal: number | undefined;
  refused = 0;
  private server: SMTPServer | undefined;
  private port = 0;

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    const server = new SMTPServer({
      logger: false,
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_address, _session, callback) => callback(this.refuse()),
      onData: (stream, session, callback) => {
        void this.keep(stream, session).finally(callback);
      },
    });
    server.on('error', () => undefined); // a client that disconnects
    await new Promise<void>((resolve) => {
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** Stops the server, which can be started again on the same port. */
  async stop(): Promise<void> {
    for (const connection of this.server?.connections ?? []) connection.close();
    await new Promise<void>((resolve) => {
      if (this.server) this.server.close(resolve);
      else resolve();
    });
  }

  sentTo(address: string): Mail[] {
    return this.mails.filter(({ to }) => to.toLowerCase() === address.toLowerCase());
  }

  /** Waits until the address has received `count` mails. @returns the newest one */
  async newest(address: string, count = 1): Promise<Mail> {
    return eventually(() => {
      const mails = this.sentTo(address);
      const mail = mails.at(-1);
      return mails.length >= count ? mail : undefined;
    }, `mail ${count} to ${address}`);
  }

  /** Waits for a mail to the address that contains a text. @returns the newest one */
  async newestWith(address: string, part: string): Promise<Mail> {
    return eventually(
      () => this.sentTo(address).findLast((mail) => mail.text.includes(part)),
      `mail with ${part} to ${address}`,
    );
  }

  private async keep(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    this.mails.push(parse(await text(stream), from, rcptTo[0]?.address ?? ''));
  }

  private refuse(): Error | undefined {
    if (this.refusal === undefined) return undefined;
    this.refused += 1;
    return Object.assign(new Error('refused by the test'), { responseCode: this.refusal });
  }
}

/** Parses only the MIME that nodemailer writes: two alternatives, possibly quoted-printable. */
function parse(raw: string, from: string, to: string): Mail {
  const subject = /^Subject: (.*)$/m.exec(raw)?.[1]?.trim() ?? '';
  return { from, to, subject, text: part(raw, 'text/plain'), html: part(raw, 'text/html') };
}

function part(raw: string, type: string): string {
  const start = raw.indexOf(`Content-Type: ${type}`);
  const [head = '', ...rest] = raw.slice(start).split('\r\n\r\n');
  const body = rest.join('\r\n\r\n').split('\r\n----')[0] ?? '';
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString();
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** The code in an activation message. */
export function codeIn(message: string): string {
  const code = /\b[0-9]{6}\b/.exec(message)?.[0];
  if (!code) throw new Error(`no code in: ${message}`);
  return code;
}

/** The token in the link of a password reset. */
export function tokenIn(message: string): string {
  const token = /#token=([\w-]+)/.exec(message)?.[1];
  if (!token) throw new Error(`no link in: ${message}`);
  return token;
}
