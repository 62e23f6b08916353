import { IntersectionType } from '@nestjs/swagger';
import { ChoiceField, FlagParameter, NumberParameter } from '../../common/validation/fields.js';
import { CustomerFilters, MAXIMUM_YOUNGEST } from '../customers.dto.js';

const EXPORT_FORMATS = ['csv', 'ndjson', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const EXPORT_DELIMITERS = ['comma', 'semicolon', 'tab'] as const;
export type ExportDelimiter = (typeof EXPORT_DELIMITERS)[number];

class ExportOptions {
  @ChoiceField(EXPORT_FORMATS, { description: 'Default: csv.' })
  format?: ExportFormat;

  @FlagParameter({
    description: "true writes CSV values unchanged, without the ' before formulas.",
  })
  raw?: 'true' | 'false';

  @ChoiceField(EXPORT_DELIMITERS, {
    description: 'The delimiter of CSV. Default: comma. In many countries Excel needs semicolon.',
  })
  delimiter?: ExportDelimiter;

  @FlagParameter({
    description: 'true writes a byte order mark at the start of CSV. Excel needs it to read UTF-8.',
  })
  bom?: 'true' | 'false';

  @NumberParameter(MAXIMUM_YOUNGEST, {
    description: 'Only the n youngest, by date of birth and then id, both descending.',
  })
  n?: number;
}

export class ExportQuery extends IntersectionType(ExportOptions, CustomerFilters) {}
