import { ApiProperty } from '@nestjs/swagger';
import { problemExample } from '../../common/openapi/problem-schemas.js';
import { BooleanField, ListField } from '../../common/validation/typed-fields.js';
import { CUSTOMER_FIELDS } from '../customer-fields.js';
import { CustomerBody, CustomerResponse } from '../customers.dto.js';

export const MAXIMUM_OPERATIONS = 100;

export const METHODS = ['create', 'update', 'upsert', 'delete'] as const;
export type BatchMethod = (typeof METHODS)[number];

/** One operation, for the OpenAPI document. operations.ts checks it. */
class BatchOperation {
  @ApiProperty({
    enum: METHODS,
    description: 'update and upsert change only the fields that are sent, like PATCH.',
    example: 'upsert',
  })
  method: BatchMethod;

  @ApiProperty({
    type: String,
    format: 'uuid',
    required: false,
    description: 'The customer, for update and delete. external_id can replace it.',
  })
  id?: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'The customer, for upsert. For update and delete it can replace id.',
    example: CUSTOMER_FIELDS.external_id.schema.example,
  })
  external_id?: string;

  @ApiProperty({
    type: String,
    required: false,
    description:
      'Like the header If-Match: the ETag of the customer as it was read, or *. Not for create.',
    example: '*',
  })
  if_match?: string;

  @ApiProperty({
    type: CustomerBody,
    required: false,
    description: 'The fields. A delete has none.',
  })
  body?: CustomerBody;
}

export class BatchBody {
  @BooleanField({ description: 'true executes all operations or none. Default: false.' })
  atomic?: boolean | null;

  @ListField(BatchOperation, MAXIMUM_OPERATIONS, { description: 'Executed in this order.' })
  operations: unknown[];
}

export class BatchResult {
  @ApiProperty({
    type: 'integer',
    description: 'The status that the operation would have as a single request.',
    example: 200,
  })
  status: number;

  @ApiProperty({
    required: false,
    description: 'The customer after the operation. Missing for delete and after a failure.',
  })
  customer?: CustomerResponse;

  @ApiProperty({
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    required: false,
    description: 'Why the operation failed, in the form of every error of this API.',
    example: { ...problemExample('email_taken'), instance: '/api/v1/customers/batch' },
  })
  problem?: object;
}

export class BatchResponse {
  @ApiProperty({ type: [BatchResult], description: 'One for each operation, in their order.' })
  results: BatchResult[];
}
