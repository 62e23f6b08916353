import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { validationFailed } from '../errors/errors.js';
import { KeyedHashes } from '../security/keyed-hashes.js';

/** The last row of a page: its sort value and its id, which makes the position unique. */
export interface Position {
  value: string | null;
  id: string;
}

/**
 * Encodes and decodes cursors. They are signed together with the sort and the filters of their list, so
 * a forged cursor and a cursor of another list are rejected before any query.
 */
@Injectable()
export class Cursors {
  constructor(private readonly hashes: KeyedHashes) {}

  /** @param list identifies the list with its sort and filters */
  encode(position: Position, list: unknown): string {
    const payload = Buffer.from(JSON.stringify([position.value, position.id]));
    const signature = this.hashes
      .hash('cursor', signed(payload, list))
      .subarray(0, SIGNATURE_BYTES);
    return Buffer.concat([signature, payload]).toString('base64url');
  }

  /** @throws AppError 400 for a forged cursor, and for a cursor of another list */
  decode(cursor: string, list: unknown): Position {
    const bytes = Buffer.from(cursor, 'base64url');
    const [signature, payload] = [
      bytes.subarray(0, SIGNATURE_BYTES),
      bytes.subarray(SIGNATURE_BYTES),
    ];
    const isGenuine =
      bytes.toString('base64url') === cursor &&
      signature.length === SIGNATURE_BYTES &&
      this.hashes.isHashOf(signature, 'cursor', signed(payload, list));
    if (!isGenuine) {
      const detail = 'must be the next_cursor of a page with the same filters and sort';
      throw validationFailed([{ parameter: 'cursor', code: 'format', detail }]);
    }
    const [value, id] = JSON.parse(payload.toString()) as [string | null, string];
    return { value, id };
  }
}

const SIGNATURE_BYTES = 16;

/** The signed text: the list of the cursor and the position. */
function signed(payload: Buffer, list: unknown): Buffer {
  return Buffer.concat([hash('sha256', JSON.stringify(list), 'buffer'), payload]);
}
