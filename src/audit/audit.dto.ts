import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { ChoiceField, UuidField } from '../common/validation/fields.js';
import { InstantParameter } from '../common/validation/plus-parameters.js';
import { PageQuery, pageOf } from '../common/pagination/page.dto.js';
import {
  AUDIT_ACTIONS,
  AUDIT_OUTCOMES,
  type AuditAction,
  type AuditOutcome,
} from './audit-actions.js';

export class AuditEventResponse {
  @ApiProperty({
    description: 'The id of the event.',
    format: 'uuid',
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  id: string;

  @ApiProperty({
    description: 'When it happened.',
    format: 'date-time',
    example: '2026-11-20T07:00:00.000Z',
  })
  at: string;

  @ApiProperty({ description: 'The action.', enum: AUDIT_ACTIONS, example: 'customer_updated' })
  action: AuditAction;

  @ApiProperty({
    description: 'Whether the action succeeded or failed.',
    enum: AUDIT_OUTCOMES,
    example: 'success',
  })
  outcome: AuditOutcome;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The account that acted.',
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  actor_id: string | null;

  @ApiProperty({
    description: 'The kind of record that the event is about.',
    type: String,
    nullable: true,
    example: 'customer',
  })
  subject_type: string | null;

  @ApiProperty({
    description: 'The id of that record.',
    type: String,
    format: 'uuid',
    nullable: true,
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  subject_id: string | null;

  @ApiProperty({
    description: 'The address that the request came from.',
    type: String,
    nullable: true,
    example: '203.0.113.7',
  })
  ip: string | null;

  @ApiProperty({
    description: 'The `X-Request-Id` of the request.',
    type: String,
    nullable: true,
    example: '0f8fad5b-d9cb-469f-a165-70867728950e',
  })
  request_id: string | null;

  @ApiProperty({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'Details of the action; `changes` holds each field before and after.',
    example: { changes: { country: { from: null, to: 'GB' } } },
  })
  details: Record<string, unknown> | null;
}

export const AuditEventPage = pageOf(AuditEventResponse);

export class AuditFilters {
  @ChoiceField(AUDIT_ACTIONS, { description: 'Only events with this action.' })
  action?: AuditAction;

  @ChoiceField(AUDIT_OUTCOMES, { description: 'Only events with this outcome.' })
  outcome?: AuditOutcome;

  @UuidField({ description: 'The account that acted.' })
  actor_id?: string;

  @UuidField({ description: 'The record that the event is about.' })
  subject_id?: string;

  @InstantParameter({ description: 'At this time or later.' })
  from?: string;

  @InstantParameter({ description: 'At this time or earlier.' })
  to?: string;
}

export class ListAuditEventsQuery extends IntersectionType(AuditFilters, PageQuery) {}
