import { isUnavailable } from '../../../common/database/database-errors.js';
import { AppError } from '../../../common/errors/app-error.js';
import { unavailable } from '../../../common/errors/errors.js';
import type { Failure } from './customer-imports.repository.js';
import { ImportEndedError, ServerStoppingError } from './import-lease.js';
import { RowsRefusedError } from '../merging/import-runner.js';
import { OutdatedCheckError } from '../merging/outdated-check.error.js';
import type { Upload } from '../../../common/http/upload.js';
import { UploadIncompleteError } from '../../../common/http/upload-errors.js';
import { ColumnsRefusedError } from '../mapping/columns-refused.error.js';
import { FileTooLargeError, MalformedFileError, tooManyBytes } from '../reading/record.js';

const SHOWN_COLUMNS = 20;
const COLUMN_ADVICE =
  'Nothing was imported. columns maps a column; unknown=ignore drops all unknown columns, ' +
  'unknown=metadata keeps them.';

export const INTERRUPTED: Failure = {
  code: 'interrupted',
  detail: 'The service was stopped during the import.',
};

const CHANGED_MEANWHILE: Failure = {
  code: 'unavailable',
  detail: 'Other requests changed customers of the file during each check. Import it again.',
};

/** The reason of a failed import, as the import reports it. */
export function toFailure(error: unknown): Failure {
  if (error instanceof RowsRefusedError) {
    const rows = error.count === 1 ? '1 row was' : `${error.count} rows were`;
    return { code: error.code, detail: `${rows} refused, so nothing was imported.` };
  }
  if (error instanceof ColumnsRefusedError) {
    const names = error.problems.slice(0, SHOWN_COLUMNS).map(({ field }) => `"${field}"`);
    const others = error.problems.length > SHOWN_COLUMNS ? ', ...' : '';
    const detail = `Columns cannot be imported: ${names.join(', ')}${others}. ${COLUMN_ADVICE}`;
    return { code: 'columns_refused', detail };
  }
  if (error instanceof MalformedFileError) return { code: 'malformed_file', detail: error.message };
  if (error instanceof UploadIncompleteError) {
    return { code: 'upload_incomplete', detail: 'The client disconnected before the last byte.' };
  }
  if (error instanceof FileTooLargeError) {
    return { code: 'payload_too_large', detail: error.message };
  }
  if (error instanceof ServerStoppingError) return INTERRUPTED;
  if (error instanceof OutdatedCheckError) return CHANGED_MEANWHILE;
  if (isUnavailable(error)) {
    return { code: 'unavailable', detail: 'The database did not answer. Try again.' };
  }
  return { code: 'internal_error', detail: 'The service failed. Its log has the cause.' };
}

/** The error for the client, when the import failed while the client was sending the file. */
export function toAnswer(error: unknown): unknown {
  if (error instanceof FileTooLargeError) {
    return new AppError('payload_too_large', { detail: error.message });
  }
  if (error instanceof ImportEndedError) return new AppError('not_running');
  if (error instanceof ServerStoppingError) return unavailable(undefined, 'stopping');
  return error;
}

/** @param limit bytes @throws AppError 413 when the client declares a larger file, before it sends it */
export function checkDeclaredSize({ totalBytes }: Upload, limit: number): void {
  if ((totalBytes ?? 0) > limit) throw toAnswer(tooManyBytes(limit));
}

/** Whether the error is a defect of the file, which the import itself reports. */
export function isAboutFile(error: unknown): boolean {
  return error instanceof MalformedFileError || error instanceof ColumnsRefusedError;
}

/** Whether an operator should look at the failure. */
export function isUnexpected(error: unknown): boolean {
  return ['internal_error', 'unavailable'].includes(toFailure(error).code);
}
