/**
 * A setting of the service: the name of its environment variable, its parser and its documentation. A
 * test compares `.env.example` and docs/configuration.md with these definitions.
 */
export interface Setting<T> {
  readonly name: string;
  readonly help: string;
  readonly isRequired?: boolean;
  /** The text that is used when the variable is absent or empty. */
  readonly default?: string;
  /** Throws {@link SettingError}; the message never contains the value, which may be a secret. */
  readonly parse: (text: string) => T;
}

export class SettingError extends Error {}

export function setting<T>(
  name: string,
  parse: (text: string) => T,
  options: { default: string; help: string },
): Setting<T> {
  return { name, parse, ...options };
}

export function required<T>(name: string, parse: (text: string) => T, help: string): Setting<T> {
  return { name, parse, help, isRequired: true };
}

/** A setting that can be left out. Its value is then `undefined`. */
export function optional<T>(
  name: string,
  parse: (text: string) => T,
  help: string,
): Setting<T | undefined> {
  return { name, parse, help };
}

const DURATION_UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses `90s`, `10m`, `12h`, `30d` or `0` to milliseconds. */
export function duration(limits: { min?: number; max?: number } = {}) {
  return (text: string): number => {
    const match = /^(?:0|([1-9][0-9]{0,9})(ms|s|m|h|d))$/.exec(text);
    if (!match) throw new SettingError('must be a duration such as 90s, 10m or 30d, or 0');
    const [, amount = '0', unit = 's'] = match;
    const value = Number(amount) * DURATION_UNITS[unit as keyof typeof DURATION_UNITS];
    if (value < (limits.min ?? 0) || value > (limits.max ?? Number.MAX_SAFE_INTEGER)) {
      throw new SettingError(`must be ${describeRange(limits, 'ms')}`);
    }
    return value;
  };
}

/** A rate limit: `points` in each window of `seconds`. */
export interface Quota {
  points: number;
  seconds: number;
}

/** Parses `10/1m`: ten per minute. */
export function quota(text: string): Quota {
  const [points = '', window = '', ...rest] = text.split('/');
  if (rest.length > 0 || window === '') throw new SettingError('must have the form 10/1m');
  return {
    points: integer({ min: 1, max: 1_000_000 })(points),
    seconds: Math.ceil(duration({ min: 1_000, max: 7 * DURATION_UNITS.d })(window) / 1_000),
  };
}

export function integer(limits: { min: number; max: number }) {
  return (text: string): number => {
    const value = /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : NaN;
    if (!(value >= limits.min && value <= limits.max)) {
      throw new SettingError(`must be a whole number, ${describeRange(limits)}`);
    }
    return value;
  };
}

export function oneOf<const T extends string>(...values: T[]) {
  return (text: string): T => {
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) throw new SettingError(`must be one of ${values.join(', ')}`);
    return value;
  };
}

export function flag(text: string): boolean {
  return oneOf('true', 'false')(text) === 'true';
}

export function text(text: string): string {
  return text;
}

export function url(...protocols: string[]) {
  return (text: string): string => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol.slice(0, -1))) {
      throw new SettingError(
        `must be a URL that begins with ${protocols.join(':// or ')}://, ` +
          'with %2F, %3F and %23 instead of /, ? and # in a password',
      );
    }
    // Otherwise a part of the password could be read, and logged, as the port.
    if (parsed.hash !== '' && !parsed.protocol.startsWith('http')) {
      throw new SettingError('must contain %23 instead of #');
    }
    decoded(parsed.username);
    decoded(parsed.password);
    return text;
  };
}

/** Decodes the user, the password or the database in a URL. Clients decode them as well, and fail later. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SettingError('must contain %25 instead of each % that encodes no other character');
  }
}

/** Parses comma-separated values. Blanks around them are ignored. An empty text is an empty list. */
export function list<T>(parse: (text: string) => T) {
  return (text: string): T[] =>
    text === '' ? [] : text.split(',').map((item) => parse(item.trim()));
}

function describeRange(limits: { min?: number; max?: number }, unit = ''): string {
  const { min = 0, max } = limits;
  return max === undefined ? `at least ${min}${unit}` : `${min}${unit} to ${max}${unit}`;
}
