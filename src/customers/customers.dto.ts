import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { CreatedAt, UpdatedAt, Version } from '../common/openapi/object-properties.js';
import {
  CalendarDateField,
  ChoiceField,
  NumberParameter,
  PlainTextField,
  ServerOwnedFields,
  TextField,
} from '../common/validation/fields.js';
import {
  EmailParameter,
  InstantParameter,
  PhoneParameter,
} from '../common/validation/plus-parameters.js';
import { PageQuery, pageOf } from '../common/pagination/page.dto.js';
import { SearchField } from '../common/pagination/search-fields.js';
import { TextRecordField, TextRecordParameter } from '../common/validation/text-records.js';
import {
  type Metadata,
  type MetadataPatch,
  METADATA_SCHEMA,
  metadataFilterRules,
  metadataRules,
} from './metadata.js';
import { CUSTOMER_FIELDS, type CustomerField, definitionOf } from './customer-fields.js';

export const MAXIMUM_YOUNGEST = 1_000;

/** The id of the first demo customer, so that examples can be sent as they are. */
export const EXAMPLE_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

/** A field of a request, from its definition. */
function Field(field: CustomerField): PropertyDecorator {
  const { rules, prepare, schema, limits } = definitionOf(field);
  return TextField(rules, { ...schema, ...limits }, prepare);
}

/** The types of `@nestjs/swagger` do not know `propertyNames`. */
const METADATA: object = {
  type: 'object',
  propertyNames: METADATA_SCHEMA.key,
  additionalProperties: { type: 'string', ...METADATA_SCHEMA.value },
  nullable: true,
  ...CUSTOMER_FIELDS.metadata.schema,
};

/** A field of a response, from its definition. */
function FieldValue(field: Exclude<CustomerField, 'metadata'>): PropertyDecorator {
  return ApiProperty({ type: String, nullable: true, ...CUSTOMER_FIELDS[field].schema });
}

/** The editable fields; at least one of name, email and external_id. */
export class CustomerBody extends ServerOwnedFields {
  @Field('external_id')
  external_id?: string | null;

  @Field('name')
  name?: string | null;

  @Field('email')
  email?: string | null;

  @Field('dob')
  dob?: string | null;

  @Field('country')
  country?: string | null;

  @Field('language')
  language?: string | null;

  @Field('phone')
  phone?: string | null;

  @TextRecordField(metadataRules, CUSTOMER_FIELDS.metadata.schema)
  metadata?: MetadataPatch | null;
}

export const CUSTOMER_SORTS = ['created_at', 'updated_at', 'name', 'dob'] as const;

/** The filters that a list and an export have in common. */
export class CustomerFilters {
  @SearchField(
    'Part of the name, the e-mail or the phone, which may be separated as in +49 (30) 1234.',
  )
  q?: string;

  @PlainTextField(1, 200, { description: 'The whole name, in any case.' })
  name?: string;

  @EmailParameter({ description: 'The whole e-mail, in any case.' })
  email?: string;

  @PlainTextField(1, 64, { description: 'The whole external id. Case matters.' })
  external_id?: string;

  @Field('country')
  country?: string;

  @Field('language')
  language?: string;

  @PhoneParameter(CUSTOMER_FIELDS.phone.schema)
  phone?: string;

  @TextRecordParameter(metadataFilterRules, {
    description: 'Up to three keys with their exact values, written metadata[plan]=gold.',
    example: { plan: 'gold' },
  })
  metadata?: Metadata;

  @CalendarDateField({ description: 'Born on this day or later.' })
  dob_from?: string;

  @CalendarDateField({ description: 'Born on this day or earlier.' })
  dob_to?: string;

  @InstantParameter({
    description:
      'Changed at this time or later. Do not use it to keep a copy in sync: it misses deletions, and ' +
      'changes that become visible late. GET /events misses neither.',
  })
  updated_since?: string;

  @ChoiceField(['only'], { description: 'Returns the deleted customers instead; for admins only.' })
  deleted?: 'only';
}

class CustomerOrder {
  @NumberParameter(MAXIMUM_YOUNGEST, {
    description:
      'The n youngest instead of a page. Cannot be combined with limit, cursor and sort.',
  })
  n?: number;

  @ChoiceField(CUSTOMER_SORTS.flatMap((sort) => [sort, `-${sort}`]), {
    description:
      'Default: -created_at. Missing values are last in ascending and first in descending order.',
  })
  sort?: string;
}

export class ListCustomersQuery extends IntersectionType(
  CustomerOrder,
  CustomerFilters,
  PageQuery,
) {}

export class CustomerResponse {
  @ApiProperty({ description: 'The id of the customer.', format: 'uuid', example: EXAMPLE_ID })
  id: string;

  @FieldValue('external_id')
  external_id: string | null;

  @FieldValue('name')
  name: string | null;

  @FieldValue('email')
  email: string | null;

  @FieldValue('dob')
  dob: string | null;

  @FieldValue('country')
  country: string | null;

  @FieldValue('language')
  language: string | null;

  @FieldValue('phone')
  phone: string | null;

  @ApiProperty(METADATA)
  metadata: Metadata | null;

  @CreatedAt('customer')
  created_at: string;

  @UpdatedAt('customer')
  updated_at: string;

  @Version()
  version: number;
}

export const CustomerPage = pageOf(CustomerResponse);
