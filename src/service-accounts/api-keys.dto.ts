import { ApiProperty } from '@nestjs/swagger';
import { CreatedAt } from '../common/openapi/object-properties.js';
import { pageOf } from '../common/pagination/page.dto.js';
import { type Scope, SCOPES } from '../common/security/permissions.js';
import {
  Checked,
  Ignored,
  InstantField,
  ServerOwnedFields,
  TextField,
} from '../common/validation/fields.js';
import { nameRulesUpTo } from '../common/validation/rules.js';
import { ChoicesField } from '../common/validation/typed-fields.js';
import type { ApiKeyRow } from '../sessions/api-keys/api-keys.repository.js';

/** A client can send a key as it was read, to replace one that expires. */
export class CreateApiKeyBody extends ServerOwnedFields {
  @TextField(nameRulesUpTo(100), {
    isRequired: true,
    minLength: 1,
    maxLength: 100,
    description: 'What the key is for, such as the program and the place where it runs.',
    example: 'Nightly report on server 7',
  })
  name: string;

  /** Not empty, so that nobody expects an empty list to mean all scopes. */
  @ChoicesField(SCOPES, {
    isRequired: true,
    uniqueItems: true,
    description:
      'What the key may do. A scope has no effect if the role of the account does not have the ' +
      'permission.',
    example: ['customers:read'],
  })
  @Checked('enum', 'must not repeat a scope', isWithoutRepeats)
  scopes: Scope[];

  @InstantField({
    description: 'Within the next 400 days. Default: in 90 days.',
    example: undefined,
  })
  expires_at?: string | null;

  @Ignored({ type: String })
  prefix?: unknown;

  @Ignored({ type: String, format: 'uuid', nullable: true })
  created_by?: unknown;

  @Ignored({ type: String, format: 'date-time', nullable: true })
  last_used_at?: unknown;
}

function isWithoutRepeats(value: unknown): boolean {
  return !Array.isArray(value) || new Set(value).size === value.length;
}

export class ApiKeyResponse implements ApiKeyRow {
  @ApiProperty({
    description: 'The id of the key, which audit events and log lines name.',
    format: 'uuid',
    example: '01890a5d-c7f2-7d11-8e0a-6b5c4d3e2f1a',
  })
  id: string;

  @ApiProperty({ description: 'What the key is for.', example: 'Nightly report on server 7' })
  name: string;

  @ApiProperty({
    description: 'The first characters of the key, to tell keys apart.',
    example: 'cak_4fT9xQ2m',
  })
  prefix: string;

  @ApiProperty({
    description: 'What the key may do, as far as the role of its account allows it.',
    enum: SCOPES,
    isArray: true,
    example: ['customers:read'],
  })
  scopes: Scope[];

  @CreatedAt('key')
  created_at: string;

  @ApiProperty({
    description: 'The admin who created it; null for a key from the command line.',
    type: String,
    format: 'uuid',
    nullable: true,
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  created_by: string | null;

  @ApiProperty({
    description: 'The key expires at this time, unless it is revoked before.',
    format: 'date-time',
    example: '2027-02-18T07:00:00.000Z',
  })
  expires_at: string;

  @ApiProperty({
    description: 'When the key was last used, exact to about 10 seconds; null until then.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-20T09:30:00.000Z',
  })
  last_used_at: string | null;
}

export class CreatedApiKeyResponse extends ApiKeyResponse {
  @ApiProperty({
    description: 'The key itself. Only this answer shows it: the service stores its hash alone.',
    example: 'cak_4fT9xQ2mVb7LcN0pRs3Wy8ZkHd5JgA1eUoXtYiMq0000',
  })
  key: string;
}

export const ApiKeyPage = pageOf(ApiKeyResponse);
