import { eventually } from './eventually.ts';
import { HttpSink } from './http-sink.ts';
import { MailSink } from './mail-sink.ts';

/** A mail server and an SMS gateway that record their messages by recipient. */
export class Inbox {
  readonly mail = new MailSink();
  readonly sms = new HttpSink();

  async start(): Promise<Record<string, string>> {
    await Promise.all([this.mail.start(), this.sms.start()]);
    return {
      MAIL_URL: this.mail.url,
      SMS_WEBHOOK_URL: `http://127.0.0.1:${this.sms.port}/send`,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.mail.stop(), this.sms.stop()]);
  }

  /** The texts of all messages to an address, the oldest first. */
  textsTo(address: string): string[] {
    if (address.includes('@')) return this.mail.sentTo(address).map(({ text }) => text);
    return this.sms.requests
      .map(({ body }) => JSON.parse(body.toString()) as { to: string; text: string })
      .filter(({ to }) => to === address)
      .map(({ text }) => text);
  }

  /** Waits for a further matching message to an address. @returns its secret @param known earlier ones */
  async secretTo(address: string, pattern: RegExp, known = 0): Promise<string> {
    return eventually(() => {
      const secrets = this.secretsTo(address, pattern);
      return secrets.length > known ? secrets.at(-1) : undefined;
    }, `a message to ${address}`);
  }

  secretsTo(address: string, pattern: RegExp): string[] {
    return this.textsTo(address).flatMap((text) => pattern.exec(text)?.[1] ?? []);
  }
}

export const CODE = /code(?: to confirm it)? is ([0-9]{6})\b/;
export const TOKEN = /#token=([\w-]+)/;
