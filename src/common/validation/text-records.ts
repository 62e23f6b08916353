import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { getMetadataStorage, IsOptional, ValidateBy } from 'class-validator';
import { problemsOf, type TextRecordRules } from './text-record-rules.js';

const NAME = 'text_record';

/** A record in a body. */
export function TextRecordField(
  rules: TextRecordRules,
  options: ApiPropertyOptions,
): PropertyDecorator {
  return decorate(rules, { nullable: true, propertyNames: rules.schema.key, ...options });
}

/** A record in a query, written `name[key]=value`. */
export function TextRecordParameter(
  rules: TextRecordRules,
  options: ApiPropertyOptions,
): PropertyDecorator {
  const written = { style: 'deepObject', explode: true, ...options };
  return decorate(rules, written);
}

function decorate(rules: TextRecordRules, options: object): PropertyDecorator {
  const schema: object = {
    type: 'object',
    additionalProperties: { type: 'string', nullable: rules.allowsNull, ...rules.schema.value },
    required: false,
    ...options,
  };
  return applyDecorators(
    ApiProperty(schema),
    ValidateBy({
      name: NAME,
      constraints: [rules],
      validator: { validate: (value) => problemsOf(value, rules).length === 0 },
    }),
    IsOptional(),
  );
}

/** The records of a DTO class, by property. */
export function recordsOf(dto: Type): ReadonlyMap<string, TextRecordRules> {
  const known = records.get(dto);
  if (known) return known;
  const found = new Map(
    getMetadataStorage()
      .getTargetValidationMetadatas(dto, '', false, false)
      .filter(({ name }) => name === NAME)
      .map(({ propertyName, constraints }) => [
        propertyName,
        (constraints as [TextRecordRules])[0],
      ]),
  );
  records.set(dto, found);
  return found;
}

const records = new WeakMap<Type, ReadonlyMap<string, TextRecordRules>>();

/** Combines the parameters `name[key]` of each declared record into one object. */
export function gatherRecords(
  query: Readonly<Record<string, unknown>>,
  dto: Type,
): Record<string, unknown> {
  const declared = recordsOf(dto);
  if (declared.size === 0) return query;
  const gathered = new Map<string, unknown>(); // an object would take __proto__ for its prototype
  for (const [parameter, value] of Object.entries(query)) {
    const [, name = '', key = ''] = /^(\w+)\[(.*)\]$/s.exec(parameter) ?? [];
    const isGathered = declared.has(name) && !(name in query) && !(key in Object.prototype);
    if (!isGathered) gathered.set(parameter, value);
    else gathered.set(name, { ...(gathered.get(name) as object | undefined), [key]: value });
  }
  return Object.fromEntries(gathered);
}
