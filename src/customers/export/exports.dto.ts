import { IntersectionType } from '@nestjs/swagger';
import { ChoiceField, FlagParameter } from '../../common/validation/fields.js';
import { CustomerFilters } from '../customers.dto.js';

const EXPORT_FORMATS = ['csv', 'ndjson', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

class ExportOptions {
  @ChoiceField(EXPORT_FORMATS, { description: 'Default: csv.' })
  format?: ExportFormat;

  @FlagParameter({
    description: "true leaves CSV values as they are, without the ' before formulas.",
  })
  raw?: 'true' | 'false';
}

export class ExportQuery extends IntersectionType(ExportOptions, CustomerFilters) {}
