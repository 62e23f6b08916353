/**
 * Languages of Europe whose months are not in month-names.ts, and those with the same words for other
 * months: listopad is October in Croatian and November in Polish and Czech.
 */
const MONTH_LOCALES = 'sk sl hr bg et lv lt ca sr sr-Latn bs mk sq is be nb pl cs uk'.split(' ');

const WEEKDAY_LOCALES =
  `en de fr es it pt nl sv da nb fi pl cs sk sl hr hu ro bg el tr ru uk et lv lt ca sr sr-Latn mk sq is
  be`.split(/\s+/);

/** Languages other than English and Spanish whose clocks have twelve hours. */
const MORNING_LOCALES = 'zh ja ko el ar fa tr vi sq ms'.split(' ');

/** The article of a Swedish or Danish date: den 30 april 1990. */
const ARTICLE = 'den';

/** Folds case and accents, and removes dots. */
export function foldedWord(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase();
}

// They are read at first use, in about 35 ms each.
let months: Map<string, number | undefined> | undefined;
let weekdays: Set<string> | undefined;
let mornings: Set<string> | undefined;

/** @returns undefined for a word that is no month, or two of them */
export function namedMonth(word: string): number | undefined {
  months ??= readMonths();
  return months.get(word);
}

/** Whether a word before a date says nothing more about it. */
export function isWeekday(word: string): boolean {
  weekdays ??= readWeekdays();
  return weekdays.has(word);
}

/** Whether a word beside a time says that it is before noon. */
export function isMorning(word: string): boolean {
  mornings ??= new Set(MORNING_LOCALES.map(morningIn));
  return mornings.has(word);
}

function morningIn(locale: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    hour: 'numeric',
    hour12: true,
    timeZone: 'UTC',
  });
  return foldedWord(format.formatToParts(0).find(({ type }) => type === 'dayPeriod')?.value ?? '');
}

function readMonths(): Map<string, number | undefined> {
  const found = new Map<string, number | undefined>();
  for (const locale of MONTH_LOCALES) {
    for (const month of ['long', 'short'] as const) {
      // Many languages decline the month within a date.
      for (const day of [undefined, 'numeric'] as const) {
        const format = new Intl.DateTimeFormat(locale, { month, day, timeZone: 'UTC' });
        for (let index = 0; index < 12; index += 1) {
          const parts = format.formatToParts(Date.UTC(2023, index, 15));
          const word = foldedWord(parts.find(({ type }) => type === 'month')?.value ?? '');
          const isFree = !found.has(word) || found.get(word) === index + 1;
          found.set(word, isFree ? index + 1 : undefined);
        }
      }
    }
  }
  return found;
}

function readWeekdays(): Set<string> {
  const found = new Set([ARTICLE]);
  for (const locale of WEEKDAY_LOCALES) {
    for (const weekday of ['long', 'short'] as const) {
      const format = new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' });
      for (let day = 1; day <= 7; day += 1) {
        found.add(foldedWord(format.format(Date.UTC(2023, 0, day))));
      }
    }
  }
  return found;
}
