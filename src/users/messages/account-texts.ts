import { escapeHtml } from '../../common/http/html.js';

/** The words of every message, in plain text; mails carry them as simple HTML too. */

export interface AccountText {
  subject: string;
  /** A paragraph that is a link alone becomes one in HTML. */
  paragraphs: readonly string[];
  /** For a text message. */
  short: string;
}

export function activationText(code: string, minutes: number): AccountText {
  return {
    subject: 'Your activation code',
    paragraphs: [
      `Your activation code is ${code}.`,
      `It can be used once, within ${minutes} minutes. If you did not ask for it, ignore this mail.`,
    ],
    short: `Your activation code is ${code}. It can be used once, within ${minutes} minutes.`,
  };
}

export function passwordResetText(link: string, minutes: number): AccountText {
  return {
    subject: 'Set a new password',
    paragraphs: [
      'Somebody, probably you, wants to set a new password for your account. This link does it:',
      link,
      `It can be used once, within ${minutes} minutes. If it was not you, ignore this mail: your password stays as it is.`,
    ],
    short: `Set a new password within ${minutes} minutes: ${link}`,
  };
}

export function addressChangeText(kind: 'e-mail address' | 'mobile number'): AccountText {
  const what = `The ${kind} of your account is to be changed. This one counts until the new one is confirmed.`;
  const advice = 'If it was not you, change your password now: somebody knows it.';
  return {
    subject: `Your ${kind} is to be changed`,
    paragraphs: [what, advice],
    short: `${what} ${advice}`,
  };
}

export function toPlainText({ paragraphs }: AccountText): string {
  return paragraphs.join('\n\n');
}

export function toHtml({ paragraphs }: AccountText): string {
  const body = paragraphs.map((paragraph) => {
    const text = escapeHtml(paragraph);
    return `<p>${/^https?:\/\/\S+$/.test(text) ? `<a href="${text}">${text}</a>` : text}</p>`;
  });
  return `<!doctype html>\n<html lang="en"><body>\n${body.join('\n')}\n</body></html>\n`;
}
