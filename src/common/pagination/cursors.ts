import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { validationFailed } from '../errors/errors.js';
import { KeyedHashes } from '../security/keyed-hashes.js';

/** The last row of a page: the value that it was sorted by, and its id, which makes it unique. */
export interface Position {
  value: string | null;
  id: string;
}

/**
 * Cursors are signed, so that a forged one is an error and not a query, and carry a digest of the
 * sort and filters that they belong to.
 */
@Injectable()
export class Cursors {
  constructor(private readonly hashes: KeyedHashes) {}

  /** @param list names the list with its sort and filters. */
  encode(position: Position, list: unknown): string {
    const payload = Buffer.from(JSON.stringify([position.value, position.id]));
    const signature = this.hashes
      .hash('cursor', signed(payload, list))
      .subarray(0, SIGNATURE_BYTES);
    return Buffer.concat([signature, payload]).toString('base64url');
  }

  /** @throws AppError 400 for a cursor that this service did not make, or made for another list */
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

/** What the signature is of: the list that the cursor belongs to, and the position. */
function signed(payload: Buffer, list: unknown): Buffer {
  return Buffer.concat([hash('sha256', JSON.stringify(list), 'buffer'), payload]);
}
