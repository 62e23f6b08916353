import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Checked, type FieldOptions, presence } from './fields.js';

/** Fields of a body that are not strings. JSON has their types, so values are not converted. */

export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return decorate({ type: Boolean }, options, [
    Checked('type', 'must be true or false', (value) => typeof value === 'boolean'),
  ]);
}

/** A whole number. Both bounds are inclusive. */
export function IntegerField(
  minimum: number,
  maximum: number,
  options: FieldOptions = {},
): PropertyDecorator {
  return decorate({ type: 'integer', minimum, maximum }, options, [
    Checked('type', 'must be a whole number', (value) => Number.isSafeInteger(value)),
    Checked(
      'range',
      `must be from ${minimum} to ${maximum}`,
      (value) => typeof value !== 'number' || (value >= minimum && value <= maximum),
    ),
  ]);
}

/**
 * An exact decimal, such as an amount. It is a string of digits, because JSON parsers round numbers to
 * binary fractions.
 *
 * @param fraction the most digits after the point
 */
export function DecimalField(
  digits: number,
  fraction: number,
  options: FieldOptions = {},
): PropertyDecorator {
  const pattern = `^-?[0-9]{1,${digits - fraction}}(\\.[0-9]{1,${fraction}})?$`;
  const expression = new RegExp(pattern);
  const detail = `must be a decimal number as a string, with up to ${fraction} digits after the point`;
  return decorate({ type: String, pattern, example: '12.50' }, options, [
    Checked('type', 'must be a string', (value) => typeof value === 'string'),
    Checked('format', detail, (value) => typeof value !== 'string' || expression.test(value)),
  ]);
}

/** A list of 1 to `maximum` objects, which the feature checks one by one. */
export function ListField(
  item: Type,
  maximum: number,
  options: FieldOptions = {},
): PropertyDecorator {
  const required = { isRequired: true, ...options };
  return decorate({ type: [item], minItems: 1, maxItems: maximum }, required, [
    Checked('type', 'must be an array', Array.isArray),
    Checked(
      'length',
      `must have 1 to ${maximum} elements`,
      (value) => !Array.isArray(value) || (value.length >= 1 && value.length <= maximum),
    ),
  ]);
}

/** A list of at least one of the values. */
export function ChoicesField(
  values: readonly string[],
  options: FieldOptions & { uniqueItems?: true } = {},
): PropertyDecorator {
  const schema = { type: 'array', minItems: 1, items: { type: 'string', enum: [...values] } };
  return decorate(schema, options, [
    Checked('type', 'must be an array', Array.isArray),
    Checked('length', 'must have an element', (value) => !Array.isArray(value) || value.length > 0),
    Checked('enum', `must contain only ${values.join(', ')}`, (value) => {
      return !Array.isArray(value) || value.every((item) => values.includes(item as string));
    }),
  ]);
}

function decorate(
  schema: object,
  { isRequired = false, ...api }: FieldOptions,
  checks: readonly PropertyDecorator[],
): PropertyDecorator {
  const options: object = { required: isRequired, nullable: !isRequired, ...schema, ...api };
  return applyDecorators(ApiProperty(options), ...checks, presence(isRequired));
}
