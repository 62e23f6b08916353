import { ApiProperty } from '@nestjs/swagger';

/** Describes the properties that every object of the API has. `what` is the name of the object. */

export function CreatedAt(what: string): PropertyDecorator {
  return ApiProperty({
    description: `When the ${what} was created.`,
    format: 'date-time',
    example: '2026-11-20T07:00:00.000Z',
  });
}

export function UpdatedAt(what: string): PropertyDecorator {
  return ApiProperty({
    description: `When the ${what} was last changed.`,
    format: 'date-time',
    example: '2026-11-20T07:00:00.000Z',
  });
}

export function Version(): PropertyDecorator {
  return ApiProperty({
    type: 'integer',
    description: 'Increases with each change. The ETag is made from it.',
    example: 1,
  });
}
