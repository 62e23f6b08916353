import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, ListField } from '../../common/validation/typed-fields.js';
import { CUSTOMER_FIELDS } from '../customer-fields.js';
import { CustomerBody, CustomerResponse } from '../customers.dto.js';

export const MAXIMUM_OPERATIONS = 100;

export const METHODS = ['create', 'update', 'upsert', 'delete'] as const;
export type BatchMethod = (typeof METHODS)[number];

/** One operation as the document describes it; operations.ts checks it. */
class BatchOperation {
  @ApiProperty({
    enum: METHODS,
    description: 'update and upsert change the fields that are sent, as PATCH does.',
    example: 'upsert',
  })
  method: BatchMethod;

  @ApiProperty({
    type: String,
    format: 'uuid',
    required: false,
    description: 'The customer of update and delete, unless external_id is given.',
  })
  id?: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'The customer of upsert; for update and delete it may replace id.',
    example: CUSTOMER_FIELDS.external_id.schema.example,
  })
  external_id?: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'As the header If-Match: the ETag of the customer as it was read, or *.',
    example: '*',
  })
  if_match?: string;

  @ApiProperty({
    type: CustomerBody,
    required: false,
    description: 'The fields, except of delete.',
  })
  body?: CustomerBody;
}

export class BatchBody {
  @BooleanField({ description: 'Whether all operations are done or none. Default: false.' })
  atomic?: boolean | null;

  @ListField(BatchOperation, MAXIMUM_OPERATIONS, { description: 'They are done in this order.' })
  operations: unknown[];
}

const PROBLEM: object = {
  type: 'object',
  additionalProperties: true,
  description: 'Why the operation failed, in the form of every error of this API.',
};

export class BatchResult {
  @ApiProperty({
    type: 'integer',
    description: 'As the operation alone would answer.',
    example: 200,
  })
  status: number;

  @ApiProperty({
    required: false,
    description: 'The customer as it is afterwards; not of delete, and not of a failure.',
  })
  customer?: CustomerResponse;

  @ApiProperty({ ...PROBLEM, required: false })
  problem?: object;
}

export class BatchResponse {
  @ApiProperty({ type: [BatchResult], description: 'One for each operation, in their order.' })
  results: BatchResult[];
}
