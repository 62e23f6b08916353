import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { malformedRequest } from '../errors/errors.js';
import { gzipError, UnreadableUploadError, UploadIncompleteError } from './upload-errors.js';

/** A file in a form. Nothing of it has been read yet. */
export interface FormFile {
  stream: Readable;
  name: string | undefined;
  contentType: string;
  /** Rejects when the form contains more than this file, or is truncated. */
  hasEnded: Promise<void>;
}

const ONE_FILE = 'The form must hold one file and nothing else.';

/**
 * Finds the first file of a form. A form with other fields is refused, because they would be ignored.
 *
 * @throws AppError 400 when there is none
 */
export function firstFileOf(body: Readable, contentType: string): Promise<FormFile> {
  const form = parserOf(contentType);
  const hasEnded = endOf(form);
  hasEnded.catch(() => undefined); // not awaited when the form begins with an error
  body.on('error', (cause: Error) => form.destroy(gzipError(cause) ?? aborted(cause)));
  body.once('close', () => {
    if (!body.readableEnded) form.destroy(aborted());
  });
  return new Promise((resolve, reject) => {
    form.on('file', (_field, stream, info) => {
      // A truncated form fails before its reader starts. Without a listener the process would stop.
      stream.on('error', () => undefined);
      resolve({ stream, name: info.filename, contentType: info.mimeType, hasEnded });
    });
    hasEnded.then(
      () => reject(malformedRequest(ONE_FILE)),
      (error: Error) => reject(malformedRequest(error.message)),
    );
    body.pipe(form);
  });
}

function aborted(cause?: Error): Error {
  return new UploadIncompleteError('The request was aborted', { cause });
}

/** @throws UnreadableUploadError when the form is invalid or contains anything but one file */
function endOf(form: busboy.Busboy): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (detail: string) => () => reject(new UnreadableUploadError(detail));
    form.on('filesLimit', refuse(ONE_FILE));
    form.on('field', refuse(`${ONE_FILE} Parameters belong in the query string.`));
    form.on('error', (error: Error) => {
      const isKnown =
        error instanceof UploadIncompleteError || error instanceof UnreadableUploadError;
      if (isKnown) reject(error);
      else refuse('The form is not complete, valid multipart/form-data.')();
    });
    form.on('close', resolve);
  });
}

function parserOf(contentType: string): busboy.Busboy {
  try {
    return busboy({ headers: { 'content-type': contentType }, limits: { files: 1, fields: 1 } });
  } catch {
    throw malformedRequest('The Content-Type of the form names no boundary.');
  }
}
