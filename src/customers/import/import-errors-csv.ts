import type { ImportErrorResponse } from './imports.dto.js';

const COLUMNS = ['line', 'severity', 'code', 'field', 'detail'] as const;

/** The problems of an import as CSV. The names of fields come from the file. */
export function toCsv(errors: readonly ImportErrorResponse[]): string {
  const lines = errors.map((error) => COLUMNS.map((column) => cell(error[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

/** A `'` prevents a spreadsheet from reading the value as a formula, as in the export. */
function cell(value: string | number | null): string {
  const text = String(value ?? '');
  const safe = /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
