import type { OpenAPIObject, ReferenceObject, ResponseObject, SchemaObject } from '@nestjs/swagger';

export type Schema = SchemaObject | ReferenceObject;

/** Requests with undeclared properties are rejected, and responses never contain any. */
export function closeSchema(schema: Schema): void {
  if ('properties' in schema && schema.properties) schema.additionalProperties = false;
}

/** Integers have 32 bits, unless they say otherwise. Code generators for typed languages need the format. */
export function sizeIntegers(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  const type = 'type' in part ? part.type : undefined;
  const isInteger = type === 'integer' || (Array.isArray(type) && type.includes('integer'));
  if (isInteger) Object.assign(part, { format: 'int32', ...part });
  for (const inner of Object.values(part)) sizeIntegers(inner);
}

/** Returns the component that the JSON body of a response refers to. */
export function schemaOf(
  document: OpenAPIObject,
  response: ResponseObject | ReferenceObject | undefined,
): Schema | undefined {
  if (!response || '$ref' in response) return undefined;
  const schema = response.content?.['application/json']?.schema;
  if (!schema || !('$ref' in schema)) return undefined;
  return document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
}

export function hasProperty(schema: Schema | undefined, name: string): boolean {
  return schema !== undefined && 'properties' in schema && name in (schema.properties ?? {});
}
