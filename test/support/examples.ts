import type {
  OpenAPIObject,
  OperationObject,
  ReferenceObject,
  SchemaObject,
} from '@nestjs/swagger';

type Schema = SchemaObject | ReferenceObject | undefined;

/** Combines the examples of the fields of a schema, like Swagger UI. */
export function exampleOf(document: OpenAPIObject, schema: Schema): unknown {
  if (!schema) return undefined;
  if ('$ref' in schema) {
    return exampleOf(document, document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? '']);
  }
  if (schema.example !== undefined) return schema.example;
  // A reference with its own description.
  if (schema.allOf?.length === 1) return exampleOf(document, schema.allOf[0]);
  if (schema.type === 'array') return [exampleOf(document, schema.items)];
  if (!schema.properties) return undefined;
  const fields = Object.entries(schema.properties)
    .filter(([, field]) => !('readOnly' in field && field.readOnly))
    .map(([name, field]) => [name, exampleOf(document, field)] as const)
    .filter(([, example]) => example !== undefined);
  return Object.fromEntries(fields);
}

/** The bodies that the document offers for an operation, by name. */
export function exampleBodies(
  document: OpenAPIObject,
  { requestBody }: OperationObject,
): Record<string, unknown> {
  if (!requestBody || '$ref' in requestBody) return {};
  const { schema, example, examples } = requestBody.content['application/json'] ?? {};
  if (!examples) return { example: example ?? exampleOf(document, schema) };
  return Object.fromEntries(
    Object.entries(examples).map(([name, example]) => [name, 'value' in example && example.value]),
  );
}

/** The id of an object that does not exist. */
const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000';

/** Fills in `me` where it is a valid id, or the id of an object that does not exist. */
export function withId(path: string): string {
  const hasMe = path.includes('/users/') && !path.endsWith('/keys');
  return path.replace('{id}', hasMe ? 'me' : UNKNOWN_ID);
}
