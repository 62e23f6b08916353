import type { CustomerFields } from '../../src/customers/customer-fields.ts';
import { CULTURES } from './names.ts';
import type { Culture } from './names.ts';

/** A row of the table, by the names of its columns, with its age. */
export interface DemoCustomer extends CustomerFields {
  id: string | null;
  age_seconds: number;
}

/** The id of the first customer, so that the examples in the documentation work. */
const EXAMPLE_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST_DOB = Date.UTC(1932, 0, 1);
const LAST_DOB = Date.UTC(2007, 11, 31);
const PLANS = ['free', 'silver', 'gold'];
const DOMAINS = ['example.com', 'example.org', 'example.net'];

/** Returns the same customers at every call. Some lack a date of birth, an e-mail, a country and so on. */
export function demoCustomers(count: number): DemoCustomer[] {
  const random = randomNumbers(1815);
  const emails = new Map<string, number>();
  return Array.from({ length: count }, (_, index) => demoCustomer(index, random, emails));
}

function demoCustomer(
  index: number,
  random: () => number,
  emails: Map<string, number>,
): DemoCustomer {
  const culture = pick(CULTURES, random);
  const given = pickName(culture.given, random);
  const family = pickName(culture.family, random);
  const dob = FIRST_DOB + random() * (LAST_DOB - FIRST_DOB + DAY_MS);
  const isExample = index === 0;
  const isOmitted = (share: number): boolean => random() < share && !isExample;

  return {
    id: isExample ? EXAMPLE_ID : null,
    external_id: isOmitted(0.1) ? null : `C-${1001 + index}`,
    name: fullName(culture, given.written, family.written),
    email: isOmitted(0.08) ? null : email(given.ascii, family.ascii, random, emails),
    dob: isOmitted(0.1) ? null : new Date(dob).toISOString().slice(0, 10),
    country: isOmitted(0.05) ? null : pick(culture.countries, random),
    language: isOmitted(0.1) ? null : culture.language,
    phone: isOmitted(0.3) ? null : phone(random),
    metadata: isOmitted(0.4) ? null : { plan: pick(PLANS, random) },
    age_seconds: Math.round(random() * YEAR_SECONDS),
  };
}

function fullName(culture: Culture, given: string, family: string): string {
  return culture.join ? culture.join(given, family) : `${given} ${family}`;
}

function email(
  given: string,
  family: string,
  random: () => number,
  emails: Map<string, number>,
): string {
  const local = `${emailPart(given)}.${emailPart(family)}`;
  const earlier = emails.get(local) ?? 0;
  emails.set(local, earlier + 1);
  return `${local}${earlier === 0 ? '' : earlier + 1}@${pick(DOMAINS, random)}`;
}

/** A number in the range that the British regulator reserves for films and examples. */
function phone(random: () => number): string {
  return `+447700900${String(Math.floor(random() * 1_000)).padStart(3, '0')}`;
}

function emailPart(name: string): string {
  const withoutAccents = name.normalize('NFD').replace(/\p{M}/gu, '');
  return withoutAccents.toLowerCase().replace(/[^a-z]/g, '');
}

function pickName(names: string, random: () => number): { written: string; ascii: string } {
  const [written = '', ascii = written] = pick(names.split(','), random).split(':');
  return { written, ascii };
}

function pick<T>(values: T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('The list is empty.');
  return value;
}

/** Random numbers from 0 to 1 by mulberry32, which accepts a seed, unlike Math.random. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
