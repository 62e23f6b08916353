import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { getMetadataStorage, IsOptional, ValidateBy } from 'class-validator';
import type { FieldErrorCode } from '../errors/catalogue.js';
import type { Rule } from './fields.js';

/** The rules for an object of texts with keys of the client's choice. */
export interface TextRecordRules {
  maximumKeys: number;
  key: Rule;
  value: readonly Rule[];
  /** The same rules in JSON Schema, for the OpenAPI document. */
  schema: { key: object; value: object };
  /** Whether null is allowed, which removes a key in a merge patch. */
  allowsNull?: true;
}

/** An error of a record, or of the value of one key. */
export interface RecordProblem {
  key?: string;
  code: FieldErrorCode;
  detail: string;
}

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

/** @returns no error for a valid value */
export function problemsOf(value: unknown, rules: TextRecordRules): RecordProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ code: 'type', detail: 'must be an object of strings' }];
  }
  const entries = Object.entries(value);
  const present = entries.filter(([, text]) => text !== null);
  if (present.length > rules.maximumKeys) {
    return [{ code: 'length', detail: `must have at most ${rules.maximumKeys} keys` }];
  }
  return entries.flatMap(([key, text]) => problemsOfEntry(key, text, rules));
}

function problemsOfEntry(key: string, text: unknown, rules: TextRecordRules): RecordProblem[] {
  if (!rules.key.accepts(key) || key in Object.prototype) {
    return [{ key, code: rules.key.code, detail: rules.key.detail }];
  }
  if (text === null && rules.allowsNull) return [];
  if (typeof text !== 'string') {
    const detail = Array.isArray(text) ? 'must be given once, as a string' : 'must be a string';
    return [{ key, code: 'type', detail }];
  }
  const broken = rules.value.find((rule) => !rule.accepts(text));
  return broken ? [{ key, code: broken.code, detail: broken.detail }] : [];
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
