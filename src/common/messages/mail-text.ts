import { escapeHtml } from '../http/html.js';
import type { Message } from './message.js';

/** Makes a mail as plain text and as HTML. A paragraph that is only a URL becomes a link in HTML. */
export function toMail(to: string, subject: string, paragraphs: readonly string[]): Message {
  return { channel: 'email', to, subject, text: paragraphs.join('\n\n'), html: toHtml(paragraphs) };
}

function toHtml(paragraphs: readonly string[]): string {
  const body = paragraphs.map((paragraph) => {
    const text = escapeHtml(paragraph);
    return `<p>${/^https?:\/\/\S+$/.test(text) ? `<a href="${text}">${text}</a>` : text}</p>`;
  });
  return `<!doctype html>\n<html lang="en"><body>\n${body.join('\n')}\n</body></html>\n`;
}
