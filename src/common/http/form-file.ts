import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { malformedRequest } from '../errors/errors.js';
import { UnreadableUploadError } from './upload-errors.js';

/** A file in a form, of which nothing has been read yet. */
export interface FormFile {
  stream: Readable;
  name: string | undefined;
  contentType: string;
  /** Rejects when the form holds more than this file. */
  hasEnded: Promise<void>;
}

const ONE_FILE = 'The form must hold one file and nothing else.';

/**
 * The first file of a form. A field would be ignored without a word, so a form with one is refused.
 *
 * @throws AppError 400 when there is none
 */
export function firstFileOf(body: Readable, contentType: string): Promise<FormFile> {
  const form = parserOf(contentType);
  const hasEnded = endOf(form);
  hasEnded.catch(() => undefined); // is not awaited when the form begins with an error
  body.on('error', (error: Error) => form.destroy(error));
  body.once('close', () => {
    if (!body.readableEnded) form.destroy(new Error('The request was aborted'));
  });
  return new Promise((resolve, reject) => {
    form.on('file', (_field, stream, info) => {
      resolve({ stream, name: info.filename, contentType: info.mimeType, hasEnded });
    });
    hasEnded.then(
      () => reject(malformedRequest(ONE_FILE)),
      (error: Error) => reject(malformedRequest(error.message)),
    );
    body.pipe(form);
  });
}

/** @throws UnreadableUploadError when the form holds anything but one file */
function endOf(form: busboy.Busboy): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (detail: string) => () => reject(new UnreadableUploadError(detail));
    form.on('filesLimit', refuse(ONE_FILE));
    form.on('field', refuse(`${ONE_FILE} Parameters belong in the query string.`));
    form.on('error', refuse('The form is not valid multipart/form-data.'));
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
