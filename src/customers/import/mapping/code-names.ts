import { setImmediate } from 'node:timers/promises';

/** The languages of the known names of countries and languages. */
const LOCALES =
  `en de fr es it pt nl sv da nb fi pl cs sk sl hr hu ro bg el tr ru uk ja ko zh zh-Hant
  ar he et lv lt ca hi bn ta te mr ur fa th vi id ms fil sr sr-Latn bs mk sq is ga cy eu gl ka hy az
  kk uz mn be af sw ne km lo my si`.split(/\s+/);

/** Shorter names, such as VK for the United Kingdom in Dutch, look like codes of other countries. */
const SHORTEST_NAME = 3;

/** Longer texts are not names. Normalizing many accents takes quadratic time. */
const LONGEST_NAME = 100;

/** Folds case, accents, blanks and punctuation. Upper case comes first, because it has no ß and no ı. */
function folded(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
    .toLowerCase();
}

/**
 * Maps names in many languages to codes, from the data of the runtime. A name with two codes is left
 * out. The names are read at first use. This takes two tenths of a second in total, with a turn of the
 * event loop after each language.
 */
export class CodeNames {
  /** The value of an ambiguous name is undefined. */
  private codes: Map<string, string | undefined> | undefined;
  private loading: Promise<Map<string, string | undefined>> | undefined;

  /** @param others further names, which the runtime does not know */
  constructor(
    private readonly type: 'region' | 'language',
    private readonly known: ReadonlySet<string>,
    private readonly others: Readonly<Record<string, string>> = {},
  ) {}

  get isLoaded(): boolean {
    return this.codes !== undefined;
  }

  async load(): Promise<void> {
    this.loading ??= this.readAll();
    this.codes = await this.loading;
  }

  /** @returns undefined for an unknown name */
  find(name: string): string | undefined {
    return name.length > LONGEST_NAME ? undefined : this.codes?.get(folded(name));
  }

  private async readAll(): Promise<Map<string, string | undefined>> {
    const short = await this.read('short');
    const codes = new Map([...short].filter(([name]) => name.length >= SHORTEST_NAME));
    for (const [name, code] of await this.read('long')) codes.set(name, code);
    for (const [name, code] of Object.entries(this.others)) codes.set(folded(name), code);
    return codes;
  }

  private async read(style: 'long' | 'short'): Promise<Map<string, string | undefined>> {
    const codes = new Map<string, string | undefined>();
    for (const locale of LOCALES) {
      const names = new Intl.DisplayNames(locale, { type: this.type, style, fallback: 'none' });
      for (const code of this.known) {
        const name = folded(names.of(code) ?? '');
        const isFree = !codes.has(name) || codes.get(name) === code;
        if (name !== '') codes.set(name, isFree ? code : undefined);
      }
      await setImmediate();
    }
    return codes;
  }
}
