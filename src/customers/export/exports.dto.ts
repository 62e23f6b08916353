import { IntersectionType } from '@nestjs/swagger';
import { ChoiceField, FlagParameter } from '../../common/validation/fields.js';
import { CustomerFilters } from '../customers.dto.js';

const EXPORT_FORMATS = ['csv', 'ndjson', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const EXPORT_DELIMITERS = ['comma', 'semicolon', 'tab'] as const;
export type ExportDelimiter = (typeof EXPORT_DELIMITERS)[number];

class ExportOptions {
  @ChoiceField(EXPORT_FORMATS, { description: 'Default: csv.' })
  format?: ExportFormat;

  @FlagParameter({
    description: "true leaves CSV values as they are, without the ' before formulas.",
  })
  raw?: 'true' | 'false';

  @ChoiceField(EXPORT_DELIMITERS, {
    description:
      'Of CSV; default: comma. Excel opens a file in many countries only with semicolon.',
  })
  delimiter?: ExportDelimiter;

  @FlagParameter({
    description: 'true writes a byte order mark before CSV, which Excel needs to read UTF-8.',
  })
  bom?: 'true' | 'false';
}

export class ExportQuery extends IntersectionType(ExportOptions, CustomerFilters) {}
