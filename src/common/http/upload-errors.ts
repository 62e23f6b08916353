/** The client disconnected before the last byte. */
export class UploadIncompleteError extends Error {}

/** The compression or the form of the file is invalid. The message is for the client. */
export class UnreadableUploadError extends Error {}

/** @returns the error for the client when zlib could not decompress the file, else undefined */
export function gzipError(cause: unknown): UnreadableUploadError | undefined {
  const { code } = cause as { code?: unknown };
  if (!String(code).startsWith('Z_')) return undefined;
  return new UnreadableUploadError('The file is not complete, valid gzip.', { cause });
}
