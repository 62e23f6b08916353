import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import {
  CalendarDateField,
  ChoiceField,
  DateField,
  EmailField,
  InstantField,
  NameField,
  NumberParameter,
  PlainTextField,
  ServerOwnedFields,
  TextField,
} from '../common/validation/fields.js';
import { PageQuery, pageOf } from '../common/pagination/pagination.js';
import { customerRules, EARLIEST_DOB } from './customer-rules.js';

const MAXIMUM_YOUNGEST = 1_000;

/** The id of the first demo customer, so that examples can be sent as they are. */
export const EXAMPLE_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

function CountryField(): PropertyDecorator {
  const { rules, prepare } = customerRules.country;
  return TextField(
    rules,
    { example: 'GB', description: 'ISO 3166-1 alpha-2, in any case.' },
    prepare,
  );
}

function LanguageField(): PropertyDecorator {
  const { rules, prepare } = customerRules.language;
  return TextField(rules, { example: 'en', description: 'ISO 639-1, in any case.' }, prepare);
}

/** The editable fields; at least one of name, email and external_id. */
export class CustomerBody extends ServerOwnedFields {
  @PlainTextField(1, 64, {
    description: 'The id in the system that it came from; unique.',
    example: 'C-2001',
  })
  external_id?: string | null;

  @NameField({ example: 'Ada Lovelace' })
  name?: string | null;

  @EmailField({ description: 'Unique, whatever the case; kept as sent.' })
  email?: string | null;

  @DateField(EARLIEST_DOB, { description: 'Date of birth, from 1900-01-01 to today in UTC.' })
  dob?: string | null;

  @CountryField()
  country?: string | null;

  @LanguageField()
  language?: string | null;
}

export const CUSTOMER_SORTS = ['created_at', 'updated_at', 'name', 'dob'] as const;

/** Which customers: the parameters that a list and an export have in common. */
export class CustomerFilters {
  @PlainTextField(3, 100, { description: 'Part of the name or the e-mail, in any case.' })
  q?: string;

  @PlainTextField(1, 200, { description: 'The whole name, in any case.' })
  name?: string;

  @PlainTextField(1, 254, { description: 'The whole e-mail, in any case.' })
  email?: string;

  @PlainTextField(1, 64, { description: 'As stored, case included.' })
  external_id?: string;

  @CountryField()
  country?: string;

  @LanguageField()
  language?: string;

  @CalendarDateField({ description: 'Born on this day or later.' })
  dob_from?: string;

  @CalendarDateField({ description: 'Born on this day or earlier.' })
  dob_to?: string;

  @InstantField({ description: 'Changed at this time or later.' })
  updated_since?: string;

  @ChoiceField(['only'], { description: 'The deleted customers instead; admins only.' })
  deleted?: 'only';
}

class CustomerOrder {
  @NumberParameter(MAXIMUM_YOUNGEST, {
    description: 'The n youngest instead of a page; without limit, cursor and sort.',
  })
  n?: number;

  @ChoiceField(CUSTOMER_SORTS.flatMap((sort) => [sort, `-${sort}`]), {
    description: 'Default: -created_at. Missing values come last ascending, first descending.',
  })
  sort?: string;
}

export class ListCustomersQuery extends IntersectionType(
  CustomerOrder,
  CustomerFilters,
  PageQuery,
) {}

export class CustomerResponse {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  id: string;

  @ApiProperty({ type: String, nullable: true, example: 'C-2001' })
  external_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Ada Lovelace' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ada@example.com' })
  email: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, example: '1990-04-30' })
  dob: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'GB' })
  country: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'en' })
  language: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T07:00:00.000Z' })
  created_at: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T07:00:00.000Z' })
  updated_at: string;

  @ApiProperty({
    type: 'integer',
    description: 'Counts changes; the ETag is made from it.',
    example: 1,
  })
  version: number;
}

export const CustomerPage = pageOf(CustomerResponse);
