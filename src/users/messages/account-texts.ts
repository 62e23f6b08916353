import { escapeHtml } from '../../common/http/html.js';

/** The text of every message to account holders. Mails carry it as plain text and as HTML. */

export interface AccountText {
  subject: string;
  /** A paragraph that is only a URL becomes a link in HTML. */
  paragraphs: readonly string[];
  /** For an SMS. */
  short: string;
}

export function activationText(code: string, minutes: number): AccountText {
  return {
    subject: 'Your activation code',
    paragraphs: [
      `Your activation code is ${code}.`,
      `You can use it once, within ${minutes} minutes. If you did not request it, ignore this mail.`,
    ],
    short: `Your activation code is ${code}. You can use it once, within ${minutes} minutes.`,
  };
}

export function passwordResetText(link: string, minutes: number): AccountText {
  return {
    subject: 'Reset your password',
    paragraphs: [
      'We received a request to reset the password of your account. Set a new password here:',
      link,
      `You can use this link once, within ${minutes} minutes. If you did not request it, ignore this mail. Your password has not changed.`,
    ],
    short: `Reset your password within ${minutes} minutes: ${link}`,
  };
}

export function addressChangeText(kind: 'e-mail address' | 'mobile number'): AccountText {
  const news = `A change of the ${kind} of your account was requested. Your account keeps this one until the new one is confirmed.`;
  const advice =
    'If you did not request this, change your password now. It may be known to others.';
  return {
    subject: `Change of your ${kind}`,
    paragraphs: [news, advice],
    short: `${news} ${advice}`,
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
