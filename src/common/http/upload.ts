import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { constants, createGunzip, type ZlibOptions } from 'node:zlib';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { malformedRequest, unsupportedMediaType } from '../errors/errors.js';
import { isCharset } from './charset.js';
import { charsetsOf, contentTypeOf, mediaTypeOf } from './content-type.js';
import { firstFileOf } from './form-file.js';
import { isIdentity } from './json-body.js';
import { gzipError, UnreadableUploadError, UploadIncompleteError } from './upload-errors.js';

/** An uploaded file. Nothing of it has been read yet. */
export interface Upload {
  /** In lower case and without parameters. */
  readonly mediaType: string;
  /** The name of the file, if the client sends it. */
  readonly fileName?: string | undefined;
  /** The declared charset, in lower case. */
  readonly charset?: string | undefined;
  /**
   * The bytes of the file, decompressed. Reading them throws {@link UploadIncompleteError} or
   * {@link UnreadableUploadError}.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Null when it is unknown, and when the file is compressed or part of a form. */
  readonly totalBytes: number | null;
  /** Discards the rest. Otherwise a client that is still sending would not read the response. */
  discard(): void;
}

const FORM = 'multipart/form-data';
const GZIP = ['gzip', 'x-gzip'];
const ZIPPED = /\.gz$/i;
const ENCODINGS = 'with one file in a form, in UTF-8 or with any charset that TextDecoder knows';

/**
 * The body of a {@link Streamed} route: a file of one of the media types, or a form with one file.
 * It may be compressed by gzip: the body by its Content-Encoding, the file of a form by its name.
 *
 * @throws AppError 400 or 415
 */
export const UploadOf = createParamDecorator(
  (mediaTypes: readonly string[], context: ExecutionContext) => uploadOf(mediaTypes, context),
);

/** The beginning of a file, as {@link UploadOf}. Compressed data may be cut off anywhere. */
export const BeginningOf = createParamDecorator(
  (mediaTypes: readonly string[], context: ExecutionContext) =>
    uploadOf(mediaTypes, context, { finishFlush: constants.Z_SYNC_FLUSH }),
);

async function uploadOf(
  mediaTypes: readonly string[],
  context: ExecutionContext,
  gzip: ZlibOptions = {},
): Promise<Upload> {
  const http = context.switchToHttp();
  const { headers, raw } = http.getRequest<FastifyRequest>();
  if (isEmpty(headers)) throw malformedRequest('The body is empty.');
  const encoding = headers['content-encoding'];
  const isCompressed = GZIP.includes(encoding?.trim().toLowerCase() ?? '');
  if (!isCompressed && !isIdentity(encoding)) throw unsupportedCompression();
  const contentType = contentTypeOf(raw);
  const mediaType = mediaTypeOf(contentType);
  const charset = charsetsOf(contentType).find((name) => name !== '');
  const isKnown =
    (mediaType === FORM || mediaTypes.includes(mediaType)) &&
    (charset === undefined || isCharset(charset));
  if (!isKnown) throw unsupportedMediaType(contentType, [...mediaTypes, FORM], ENCODINGS);
  const discard = () => void raw.unpipe().resume();
  if (isCompressed || mediaType === FORM) {
    http.getResponse<FastifyReply>().raw.once('finish', discard);
  }
  const body = isCompressed ? decompressed(raw, gzip) : raw;
  if (mediaType !== FORM) {
    const totalBytes = isCompressed ? null : lengthOf(headers);
    return { mediaType, charset, bytes: read(body), totalBytes, discard };
  }
  const file = await firstFileOf(body, contentType);
  const isZipped = ZIPPED.test(file.name ?? '');
  return {
    mediaType: mediaTypeOf(file.contentType),
    fileName: file.name?.replace(ZIPPED, ''),
    charset,
    bytes: read(isZipped ? unzipped(file.stream, gzip) : file.stream, file.hasEnded),
    totalBytes: null,
    discard,
  };
}

function unsupportedCompression(): AppError {
  return new AppError('unsupported_media_type', {
    detail: 'The Content-Encoding must be gzip, or none.',
    headers: { 'accept-encoding': 'gzip, identity' },
  });
}

function isEmpty(headers: FastifyRequest['headers']): boolean {
  const length = headers['content-length'];
  return length === '0' || (length === undefined && !headers['transfer-encoding']);
}

function lengthOf(headers: FastifyRequest['headers']): number | null {
  const length = headers['content-length'];
  return length === undefined ? null : Number(length);
}

function decompressed(raw: IncomingMessage, options: ZlibOptions): Readable {
  const gunzip = unzipped(raw, options);
  raw.once('close', () => {
    if (!raw.complete) gunzip.destroy(new Error('The request was aborted'));
  });
  return gunzip;
}

/** Decompresses a stream. `pipe` does not forward errors, and an unhandled one would stop the process. */
function unzipped(stream: Readable, options: ZlibOptions): Readable {
  const gunzip = createGunzip(options);
  gunzip.on('error', () => undefined); // the reader gets the error
  stream.on('error', (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}

/**
 * Reads the bytes of a stream. The stream stays open when the reader stops early, because the client still
 * waits for the response.
 *
 * @param hasEnded resolves when no error can follow the file
 */
export function read(
  stream: Readable,
  hasEnded: Promise<void> = Promise.resolve(),
): AsyncGenerator<Uint8Array> {
  // An error may come before the first read, and would stop the process without a listener.
  stream.on('error', () => undefined);
  return chunksOf(stream, hasEnded);
}

async function* chunksOf(stream: Readable, hasEnded: Promise<void>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>;
    await hasEnded;
  } catch (error) {
    if (error instanceof UnreadableUploadError) throw error;
    const unreadable = gzipError(error);
    if (unreadable) throw unreadable;
    await hasEnded; // the error of the form is more specific
    throw new UploadIncompleteError('The upload broke off', { cause: error });
  }
}
