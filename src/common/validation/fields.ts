import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Allow, IsOptional, ValidateBy } from 'class-validator';
import type { FieldErrorCode } from '../errors/catalogue.js';
import { INSTANT_DETAIL, isCalendarDate, isUuid, toInstant, UUID_DETAIL } from './formats.js';
import { emailRules, nameRules, plainTextRules, type Rule } from './rules.js';

/**
 * Decorators for the properties of request DTOs. Each adds the validation rules together with their
 * description for the OpenAPI document, so the two always agree.
 */

/** The OpenAPI extension of parameters that keep their example. */
export const SENT_EXAMPLE = 'x-example-is-sent';

export interface FieldOptions {
  description?: string;
  example?: unknown;
  /** By default, the field may be missing or null. */
  isRequired?: boolean;
  /** Documents that a field that may be missing is never null, because the feature refuses null. */
  nullable?: false;
  /** Swagger UI sends the example of this parameter, because a request without it may fail. */
  isExampleSent?: true;
}

/** A text with its own rules. `prepare` converts it to its canonical form before they run. */
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

/** Stored as sent. */
export function NameField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(nameRules, { minLength: 1, maxLength: 200, ...options });
}

export function EmailField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(emailRules, {
    format: 'email',
    maxLength: 254,
    example: 'ada@example.com',
    ...options,
  });
}

/** Any text of a given length that the database can store. */
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

/** `true` or `false` in a query. The DTO gets the text. */
export function FlagParameter(options: FieldOptions = {}): PropertyDecorator {
  const values = ['true', 'false'];
  const rule: Rule = {
    code: 'enum',
    detail: `must be one of ${values.join(', ')}`,
    accepts: (value) => values.includes(value),
  };
  return TextField([rule], { type: Boolean, ...options });
}

/** One of a fixed set of values. `prepare` may fold the case of the input. */
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

/** Any calendar date, for the bounds of filters. */
export function CalendarDateField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(
    [{ code: 'date', detail: 'must be a calendar date, YYYY-MM-DD', accepts: isCalendarDate }],
    { format: 'date', example: '1990-04-30', ...options },
  );
}

/** An RFC 3339 time. The DTO gets it in UTC with milliseconds, as stored. */
export function InstantField(options: FieldOptions = {}): PropertyDecorator {
  return TextField(
    [{ code: 'date', detail: INSTANT_DETAIL, accepts: (value) => toInstant(value) !== undefined }],
    { format: 'date-time', example: '2026-11-20T07:00:00.000Z', ...options },
    (value) => toInstant(value) ?? value,
  );
}

/** A whole number in a query. Only digits are accepted: not `1e2`, `0x10`, `+5` or `5.0`. */
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
 * Fields that only the server sets. A body may contain them, so that clients can send back an object as
 * they read it. They are ignored.
 */
export class ServerOwnedFields {
  @Ignored({ type: String, format: 'uuid' }) id?: unknown;
  @Ignored({ type: String, format: 'date-time' }) created_at?: unknown;
  @Ignored({ type: String, format: 'date-time' }) updated_at?: unknown;
  @Ignored({ type: 'integer' }) version?: unknown;
}

/** A field that a body may contain because the response has it. */
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
