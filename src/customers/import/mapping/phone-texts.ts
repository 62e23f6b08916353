/** Longer texts are no number. */
const LONGEST = 64;

/** As links, Facebook, Twilio, QuickBooks and people begin a number: tel:, p:, Phone:, Tel. */
const LABEL = /^(?:(?:p|whatsapp):|(?:tel|phone|mobile|cell)\b\.?:?)\s*/i;

/** Programs that take numbers for decimals write 447911123456 as 447911123456.0 or 447911123456,00. */
const DECIMALS = /^(\+?\d+)[.,]00?$/;

/** Between two numbers, but also between the parts of one: 030 / 123456. */
const BETWEEN = /\/|\s\p{Pd}\s|\s/gu;

/** A telephone number without what programs write around it. */
export function numberIn(text: string): string {
  return text.replace(LABEL, '').replace(DECIMALS, '$1');
}

/**
 * Whether a text holds more than one number. Separators are dropped, so 555-0100 / 555-0101 would become
 * one number that nobody has.
 */
export function hasSeveralNumbers(text: string): boolean {
  if (/[\r\n]/.test(text)) return true; // line breaks are blanks
  if (text.length > LONGEST) return false;
  const normal = text.normalize('NFKC').replaceAll('(0)', '');
  const hasOneSlash = normal.split('/').length === 2; // others separate all parts: 01/23/45/67/89
  for (const { 0: separator, index } of normal.matchAll(BETWEEN)) {
    const before = digitsOf(normal.slice(0, index));
    const after = digitsOf(normal.slice(index + separator.length));
    // No area code is that long, and a short number behind a slash replaces the last digits.
    if (before >= 7 && after >= 7) return true;
    if (separator === '/' && hasOneSlash && before >= 9 && after > 0) return true;
  }
  return false;
}

/** Whether a number ends in an extension, such as 555-0100 x123. */
export function hasExtension(text: string): boolean {
  return /\d[\s;,]*(?:x|#|ext(?:n|ension)?)[\s.:=]*\d+$/i.test(text);
}

/** The digits of a number without its country code, which has two digits on average. */
function digitsOf(text: string): number {
  const count = text.replace(/[^\p{Nd}]/gu, '').length;
  const [prefix = ''] = /^\s*(?:\+|00)/.exec(text) ?? [];
  if (prefix === '') return count;
  return count - (prefix.endsWith('+') ? 2 : 4);
}
