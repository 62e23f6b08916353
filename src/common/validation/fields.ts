import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Allow, IsOptional, ValidateBy } from 'class-validator';
import type { FieldErrorCode } from '../errors/catalogue.js';
import {
  codePoints,
  EMAIL_DETAIL,
  INSTANT_DETAIL,
  isBlank,
  isCalendarDate,
  isEmail,
  isOneLine,
  isStorableText,
  isUuid,
  toInstant,
  today,
  UUID_DETAIL,
} from './formats.js';

/**
 * Decorators for the properties of request DTOs: each puts the validation rules and their
 * description in the OpenAPI document on the property in one go, so that they cannot part ways.
 */

/** The extension of the OpenAPI document that says so. */
export const SENT_EXAMPLE = 'x-example-is-sent';

/** One rule for a text; a failed one is reported under its code. */
export interface Rule {
  code: FieldErrorCode;
  detail: string;
  accepts: (value: string) => boolean;
}

export interface FieldOptions {
  description?: string;
  example?: unknown;
  /** Default false: the field may be missing or null. */
  isRequired?: boolean;
  /** The documentation sends the example of this parameter: a request without it may fail. */
  isExampleSent?: true;
}

/** A text with rules of its own; `prepare` brings it into canonical form before they run. */
export function TextField(
  rules: readonly Rule[],
  options: FieldOptions & ApiPropertyOptions = {},
  prepare?: (value: string) => string,
): PropertyDecorator {
  const { isRequired = false, isExampleSent, ...api } = options;
  const decorators = [
    ApiProperty({
      type: String,
      required: isRequired,
      nullable: !isRequired,
      ...api,
      ...(isExampleSent && { [SENT_EXAMPLE]: true }),
    } as ApiPropertyOptions),
    Checked('type', 'must be a string', (value) => typeof value === 'string'),
    ...rules.map(({ code, detail, accepts }) =>
      Checked(code, detail, (value) => typeof value !== 'string' || accepts(value)),
    ),
    presence(isRequired),
  ];
  if (prepare) {
    const transform = ({ value }: { value: unknown }): unknown =>
      typeof value === 'string' ? prepare(value) : value;
    decorators.push(Transform(transform));
  }
  return applyDecorators(...decorators);
}

/** Whether a field may be missing or null. */
export function presence(isRequired: boolean): PropertyDecorator {
  return isRequired
    ? Checked('required', 'is required', (value) => value !== undefined && value !== null)
    : IsOptional();
}

export function Checked(
  code: FieldErrorCode,
  detail: string,
  accepts: (value: unknown) => boolean,
): PropertyDecorator {
  return ValidateBy({
    name: code,
    validator: { validate: accepts, defaultMessage: () => detail },
  });
}

const storable: Rule = {
  code: 'characters',
  detail: 'must be well-formed Unicode without NUL',
  accepts: isStorableText,
};

function lengthRule(minimum: number, maximum: number): Rule {
  return {
    code: 'length',
    detail: `must be ${minimum} to ${maximum} characters long`,
    accepts: (value) => {
      if (value.length < minimum) return false;
      const length = value.length <= maximum ? value.length : codePoints(value);
      return length <= maximum && (minimum <= 1 || codePoints(value) >= minimum);
    },
  };
}

export const blankRule: Rule = {
  code: 'blank',
  detail: 'must not be blank',
  accepts: (value) => !isBlank(value),
};

/** For a name of a person, product or company. */
export const nameRules: readonly Rule[] = nameRulesUpTo(200);

export function nameRulesUpTo(maximum: number): readonly Rule[] {
  const detail = 'must be well-formed Unicode without control characters';
  return [blankRule, { code: 'characters', detail, accepts: isOneLine }, lengthRule(1, maximum)];
}

export const emailRules: readonly Rule[] = [
  { code: 'format', detail: EMAIL_DETAIL, accepts: isEmail },
];

export function plainTextRules(minimum: number, maximum: number): readonly Rule[] {
  return [storable, lengthRule(minimum, maximum)];
}

export function codeRules(codes: ReadonlySet<string>, detail: string): readonly Rule[] {
  return [{ code: 'enum', detail, accepts: (value) => codes.has(value) }];
}

/** For a calendar date from `earliest` to today in UTC. */
export function dateRules(earliest: string): readonly Rule[] {
  return [
    { code: 'date', detail: 'must be a calendar date, YYYY-MM-DD', accepts: isCalendarDate },
    {
      code: 'range',
      detail: `must be from ${earliest} to today`,
      accepts: (value) => !isCalendarDate(value) || (value >= earliest && value <= today()),
    },
  ];
}

/** Stored as sent. */
export function NameField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(nameRules, { minLength: 1, maxLength: 200, ...options });
}

/** A known limit, for the descriptions of e-mail addresses. */
export const DOMAIN_SPELLINGS =
  'A domain in Unicode (münchen.de) and in ASCII (xn--mnchen-3ya.de) counts as two.';

export function EmailField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(emailRules, {
    format: 'email',
    maxLength: 254,
    example: 'ada@example.com',
    ...options,
  });
}

/** Any text that the database can keep, of a length. */
export function PlainTextField(
  minimum: number,
  maximum: number,
  options: FieldOptions & ApiPropertyOptions = {},
): PropertyDecorator {
  return TextField(plainTextRules(minimum, maximum), {
    minLength: minimum,
    maxLength: maximum,
    ...options,
  });
}

export function UuidField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(
    [{ code: 'format', detail: UUID_DETAIL, accepts: isUuid }],
    { format: 'uuid', ...options },
    (value) => value.toLowerCase(),
  );
}

/** `true` or `false` in a query, which is text there: the DTO gets the text. */
export function FlagParameter(options: FieldOptions = {}): PropertyDecorator {
  const values = ['true', 'false'];
  const rule: Rule = {
    code: 'enum',
    detail: `must be one of ${values.join(', ')}`,
    accepts: (value) => values.includes(value),
  };
  return TextField([rule], { type: Boolean, ...options });
}

/** A fixed set of values; `prepare` may fold the case of the input. */
export function ChoiceField(
  values: readonly string[],
  options: FieldOptions = {},
  prepare?: (value: string) => string,
): PropertyDecorator {
  const rule: Rule = {
    code: 'enum',
    detail: `must be one of ${values.join(', ')}`,
    accepts: (value) => values.includes(value),
  };
  return TextField([rule], { enum: [...values], ...options }, prepare);
}

/** Any calendar date, as a bound of a filter. */
export function CalendarDateField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(
    [{ code: 'date', detail: 'must be a calendar date, YYYY-MM-DD', accepts: isCalendarDate }],
    { format: 'date', example: '1990-04-30', ...options },
  );
}

/** A moment by RFC 3339; the DTO gets it in UTC with milliseconds, which is what is stored. */
export function InstantField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(
    [{ code: 'date', detail: INSTANT_DETAIL, accepts: (value) => toInstant(value) !== undefined }],
    { format: 'date-time', example: '2026-11-20T07:00:00.000Z', ...options },
    (value) => toInstant(value) ?? value,
  );
}

/** A number in a query, by its raw text: `1e2`, `0x10`, `+5` and `5.0` are no numbers here. */
export function NumberParameter(maximum: number, options: FieldOptions = {}): PropertyDecorator {
  const toNumber = ({ value }: { value: unknown }): unknown =>
    typeof value === 'string' && /^[1-9][0-9]{0,3}$/.test(value) ? Number(value) : value;
  const detail = `must be a whole number from 1 to ${maximum}, in digits`;
  return applyDecorators(
    ApiProperty({ type: 'integer', minimum: 1, maximum, required: false, ...options }),
    Transform(toNumber),
    Checked('format', detail, (value) => typeof value === 'number'),
    Checked('range', detail, (value) => typeof value !== 'number' || value <= maximum),
    IsOptional(), // when it is missing; an empty one fails above
  );
}

/**
 * The fields that only the server sets. A body may carry them, so that an object can be sent back
 * as it was read; they are ignored.
 */
export class ServerOwnedFields {
  @Ignored({ type: String, format: 'uuid' }) id?: unknown;
  @Ignored({ type: String, format: 'date-time' }) created_at?: unknown;
  @Ignored({ type: String, format: 'date-time' }) updated_at?: unknown;
  @Ignored({ type: 'integer' }) version?: unknown;
}

/** A field that a body may carry because the answer has it. */
export function Ignored(options: ApiPropertyOptions): PropertyDecorator {
  return applyDecorators(
    Allow(),
    ApiProperty({
      ...options,
      required: false,
      readOnly: true,
      description: 'Accepted and ignored.',
    } as ApiPropertyOptions),
  );
}
