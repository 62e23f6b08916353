import { LANGUAGES } from '../../iso-codes.js';
import { CodeNames } from './code-names.js';

/** Withdrawn codes that Java and Android still write, and Filipino, which is tl in ISO 639-1. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['iw', 'he'],
  ['in', 'id'],
  ['ji', 'yi'],
  ['mo', 'ro'],
  ['fil', 'tl'],
  ['tgl', 'tl'],
]);

/** Names of regional variants, as Odoo and others list them. */
const NAMES: Readonly<Record<string, string>> = {
  'Simplified Chinese': 'zh',
  'Traditional Chinese': 'zh',
  Mandarin: 'zh',
  Castilian: 'es',
  Castellano: 'es',
  'Bahasa Indonesia': 'id',
  'Bahasa Melayu': 'ms',
  简体中文: 'zh',
  繁體中文: 'zh',
  繁体中文: 'zh',
  Farsi: 'fa',
  Flemish: 'nl',
  'American English': 'en',
  'British English': 'en',
  'Australian English': 'en',
  'Canadian English': 'en',
  'Canadian French': 'fr',
  'Swiss French': 'fr',
  'Swiss High German': 'de',
  'Austrian German': 'de',
  'Brazilian Portuguese': 'pt',
  'European Portuguese': 'pt',
  'European Spanish': 'es',
  'Latin American Spanish': 'es',
  'Mexican Spanish': 'es',
  'US English': 'en',
  'UK English': 'en',
  'Greek, Modern': 'el',
  'Dutch; Flemish': 'nl',
  'Spanish; Castilian': 'es',
  Tagalog: 'tl',
};

const names = new CodeNames('language', LANGUAGES, NAMES);

/** Language codes from codes, locales and names. */
export const languageCodes = {
  names,
  /** @returns undefined when the text is neither a code nor a locale; it may still be a name */
  fromCode(text: string): string | undefined {
    const code = text.toLowerCase();
    if (LANGUAGES.has(code)) return code;
    const language =
      /^([a-z]{2,3})(?:[-_][a-z0-9]{2,8}|(?=@))(?:[-_.@].*)?$/.exec(code)?.[1] ?? code;
    const current = OTHERS.get(language) ?? fromAlpha3(language) ?? language;
    return LANGUAGES.has(current) ? current : undefined;
  },
};

/** Converts both kinds of ISO 639-2 codes, such as deu and ger. Other codes stay as they are. */
function fromAlpha3(code: string): string | undefined {
  return /^[a-z]{3}$/.test(code) ? new Intl.Locale(code).language : undefined;
}
