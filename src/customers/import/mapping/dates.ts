import { foldDigits, isCalendarDate, today } from '../../../common/validation/formats.js';
import { foldedWord, isMorning, isWeekday } from './calendar-names.js';
import { monthOf } from './month-names.js';

export const DATE_FORMATS = ['iso', 'dmy', 'mdy', 'ymd', 'excel'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

/**
 * A time of day after a date, as ISO 8601, databases and programming languages write it. Only midnight
 * can be dropped. The lookbehind avoids quadratic time for many blanks.
 */
const TIME =
  /(?<![T,\s])[T,\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s?([ap]\.?\s?m\.?)?(?:\s?(?:Z|[A-Z]{3,4}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?(?: UTC)?)(?:\[[\w/+-]+\]| \([\p{L} ]+\))?)?$/iu;

/** A time before the year, as Java and C write it: Mon Apr 30 00:00:00 UTC 1990. */
const MIDNIGHT_BEFORE_YEAR = /\s00:00:00(?: [A-Z]{3,5})?(?= \d{4}$)/;

/** A moment in the JSON of .NET and of SAP, in milliseconds, with the offset of its time zone. */
const MOMENT = /^\/Date\((-?\d{1,14})(?:([+-]\d\d)(\d\d))?\)\/$/;

/** Twelve o'clock or zero with the word for the morning: 오전 12:00:00, 午前0:00, 12:00 π.μ. */
const MORNING = /(?<!\s)\s+([^\d\s:,]{1,12})?\s?((?:12|0?0):00(?::00)?)\s?([^\d\s:,]{1,12})?$/u;

/** Midnight as Oracle, Danes and Finns write it. */
const DOTTED_MIDNIGHT = /\s(?:00?\.00(?:\.00)?|12\.00\.00(?:\.0+)?\sAM)$/i;

/** The month may be a name. In East Asia a character follows each part. */
const PARTS =
  /^(\d{1,4}|[\p{L}\p{M}]{2,12})\.?[-/., 年년]\s*(\d{1,2}|[\p{L}\p{M}]{2,12})\.?[-/., 月월]\s*(\d{1,4})[.日일]?$/u;

/** A date of SAP. */
const WITHOUT_SEPARATORS = /^(\d{4})(\d{2})(\d{2})$/;

/** A date of SAS: 30APR1990. */
const NAME_BETWEEN = /^(\d{1,2})([a-z]{3})(\d{2}|\d{4})$/i;

/** A word before a date, such as in Monday, April 30, 1990. A day of the week is dropped. */
const FIRST_WORD = /^([\p{L}\p{M}-]{2,20})[.,]*\s+(?=\S)/u;

/** The day of the week behind a date in East Asia: 1990年4月30日(月), 1990년 4월 30일 월요일. */
const LAST_DAY_OF_WEEK =
  /(?:(?<=[日일])|[\s(]+)\(?(?:[月火水木金土日]曜?日?|(?:星期|周|週)[一二三四五六日天]|[월화수목금토일](?:요일)?)\)?$/u;

/** A date of XML with its time zone, which does not shift it. */
const ZONED_DATE = /^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})$/;

/** Words that belong to a number: 30th, 1er, 1º. */
const ORDINAL = /(?<=\d)(?:st|nd|rd|th|er|ero|[eè]me|\.?[oaºª])(?=[\s,.])/iu;

/** Words between or after the parts: 30 de abril de 1990, April 30 of 1990, 30.04.1990 г. */
const FILLER = /\s(?:de|del|of)(?=\s)|(?<=\d)\s?(?:[гр]|року|года|r|roku)\.?$/giu;

/** Outlook, MySQL and SAP write this for a missing date. */
const NO_DATE = /^0+[-/. ]0+[-/. ]0+$|^0{8}$|^[-/._ ]+$/;

/** Excel shows the number 0 as this date, the day before 1 January 1900. */
const DAY_ZERO = /^(?:0?1([-/. ])00?|00?([-/. ])0?1)(?:\1|\2)(?:19)?00$|^1900([-/. ])0?1\3 ?00?$/;

/** The first and the last dates of .NET, SQL Server, Access, LibreOffice and Outlook, which mean no date. */
const ENDS_OF_TIME: ReadonlySet<string> = new Set([
  '0001-01-01',
  '1753-01-01',
  '1899-12-30',
  '1899-12-31',
  '4501-01-01',
  '9999-12-31',
]);

/**
 * A birthday without a year: 04/30, --04-30 in vCards, 30-Apr in Excel, 0000-04-30 of Square, and
 * 1604-04-30 of Apple and Exchange.
 */
const WITHOUT_YEAR =
  /^(?:--?\d{1,2}-?\d{1,2}|(?:0000|1604)([-/.]?)\d\d\1\d\d|\d{1,2}[-/. ]\s?\d{1,2}\.?)$/;
const WITH_NAME =
  /^(?:\d{1,2}\.?[-/ ]([\p{L}\p{M}]{3,12})\.?|([\p{L}\p{M}]{3,12})\.?[-/ ]\d{1,2})$/u;

/** The positions of year, month and day. */
const ORDERS = { dmy: [2, 1, 0], mdy: [2, 0, 1], ymd: [0, 1, 2] } as const;

/** Longer texts are not dates. Normalizing many accents takes quadratic time. */
const LONGEST_DATE = 100;

/** Day 0 of Excel's calendar, which contains a 29 February 1900 that never existed. */
const EXCEL_START = Date.UTC(1899, 11, 30);
const DAY = 86_400_000;

/**
 * Converts a date in a file to `YYYY-MM-DD`. It never guesses the order, and never shifts the date by a
 * time zone.
 *
 * @returns null for a missing date, undefined when the text is not a date in this format
 */
export function parseDate(text: string, format: DateFormat): string | null | undefined {
  const date = withoutMidnight(fromMoment(withUsualDigits(text)));
  if (date === undefined || date.length > LONGEST_DATE) return undefined;
  if (NO_DATE.test(date) || DAY_ZERO.test(date)) return null;
  const read = inFormat(date, format);
  return typeof read === 'string' && ENDS_OF_TIME.has(read) ? null : read;
}

function inFormat(given: string, format: DateFormat): string | null | undefined {
  const date = given.replace(ZONED_DATE, '$1');
  switch (format) {
    case 'iso':
      return isCalendarDate(date) ? date : undefined;
    case 'excel':
      return fromSerial(date);
    case 'dmy':
    case 'mdy':
      return fromParts(date, ORDERS[format]);
    case 'ymd':
      return fromParts(date.replace(WITHOUT_SEPARATORS, '$1-$2-$3'), ORDERS[format]);
    default:
      return format satisfies never;
  }
}

/** Converts digits of other scripts and every kind of dash, and removes marks of direction. */
function withUsualDigits(text: string): string {
  if (text.length > LONGEST_DATE || /^[ -~]*$/.test(text)) return text;
  return foldDigits(text)
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-');
}

/** Whether a text has a time of day that would be lost. */
export function hasOtherTime(text: string): boolean {
  return withoutMidnight(fromMoment(text)) === undefined;
}

/** The date and the time of a moment in its own time zone. Other texts stay as they are. */
function fromMoment(text: string): string {
  const [all, moment, hours = '0', minutes = '0'] = MOMENT.exec(text) ?? [];
  if (all === undefined) return text;
  const offset = Number(hours) * 60 + Math.sign(Number(`${hours}1`)) * Number(minutes);
  const date = new Date(Number(moment) + offset * 60_000);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

/** Whether a text is a day and a month alone. */
export function hasNoYear(text: string): boolean {
  if (text.length > LONGEST_DATE) return false;
  const date = withUsualDigits(text);
  const [, first, second] = WITH_NAME.exec(date) ?? [];
  return WITHOUT_YEAR.test(date) || monthOf(first ?? second ?? '') !== undefined;
}

/** @returns undefined for any other time than midnight */
function withoutMidnight(given: string): string | undefined {
  const text = given.includes(':') ? withoutMorning(given) : given;
  const time = text.includes(':') ? TIME.exec(text) : null;
  if (!time) return text.replace(DOTTED_MIDNIGHT, '').replace(MIDNIGHT_BEFORE_YEAR, '');
  const [all, hours = '', minutes, seconds = '00', half] = time;
  const isTwelve =
    half === undefined ? Number(hours) === 0 : /^a/i.test(half) && Number(hours) % 12 === 0;
  const isMidnight = isTwelve && minutes === '00' && seconds === '00';
  return isMidnight ? text.slice(0, text.length - all.length) : undefined;
}

function withoutMorning(text: string): string {
  const [all = '', before, , after] = MORNING.exec(text) ?? [];
  const word = before === undefined || after === undefined ? (before ?? after ?? '') : '';
  return word !== '' && isMorning(foldedWord(word))
    ? text.slice(0, text.length - all.length)
    : text;
}

function fromParts(
  date: string,
  [yearAt, monthAt, dayAt]: readonly [number, number, number],
): string | undefined {
  const words = withoutWords(date);
  const parts = (PARTS.exec(words) ?? PARTS.exec(withoutWeekday(words)))?.slice(1);
  if (!parts) return undefined;
  const [year = '', month, day = ''] = [parts[yearAt], numberOf(parts[monthAt]), parts[dayAt]];
  const isInOrder =
    /^\d{1,2}$/.test(month) && /^\d{1,2}$/.test(day) && /^(?:\d\d){1,2}$/.test(year);
  if (!isInOrder) return undefined;
  const monthAndDay = `${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const whole = year.length === 4 ? `${year}-${monthAndDay}` : latest(year, monthAndDay);
  return isCalendarDate(whole) ? whole : undefined;
}

function withoutWords(date: string): string {
  if (/^[\d\W]*$/.test(date) && /^[ -~]*$/.test(date)) return date;
  return date.replace(ORDINAL, '').replace(NAME_BETWEEN, '$1-$2-$3').replace(FILLER, '');
}

/** Is only needed for a text that is no date, because mar is March as well as mardi. */
function withoutWeekday(date: string): string {
  const [start = '', word = ''] = FIRST_WORD.exec(date) ?? [];
  const isDay = word !== '' && isWeekday(foldedWord(word));
  return (isDay ? date.slice(start.length) : date).replace(LAST_DAY_OF_WEEK, '');
}

/** The number of a month, which may be a name. */
function numberOf(month = ''): string {
  return /^\d/.test(month) ? month : String(monthOf(month) ?? month);
}

/** Completes a two-digit year to the latest date that is not in the future. */
function latest(year: string, monthAndDay: string): string {
  const now = today();
  const century = now.slice(0, 2);
  const date = `${century}${year}-${monthAndDay}`;
  return date <= now ? date : `${Number(century) - 1}${year}-${monthAndDay}`;
}

function fromSerial(text: string): string | null | undefined {
  if (/^0(?:[.,]0+)?$/.test(text)) return null; // what Excel shows as 0 January 1900
  if (!/^[1-9]\d{0,5}(?:[.,]0+)?$/.test(text)) return undefined;
  const serial = Number.parseInt(text, 10);
  if (serial === 60) return undefined;
  const date = new Date(EXCEL_START + (serial < 60 ? serial + 1 : serial) * DAY);
  return date.toISOString().slice(0, 10);
}
