import { CUSTOMER_FIELDS } from '../customer-fields.js';
import { TextField } from '../../common/validation/fields.js';

export class UpsertQuery {
  @TextField(CUSTOMER_FIELDS.external_id.rules, {
    ...CUSTOMER_FIELDS.external_id.limits,
    description: 'The id of the customer in your system.',
    example: 'C-1001',
    isRequired: true,
  })
  external_id: string;
}
