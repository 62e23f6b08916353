import { ApiProperty } from '@nestjs/swagger';
import { AuditEventResponse } from '../../audit/audit.dto.js';
import { CustomerResponse } from '../customers.dto.js';

class HeldCustomer extends CustomerResponse {
  @ApiProperty({
    description: 'When the customer was deleted; null otherwise.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  deleted_at: string | null;
}

class KeptAnswer {
  @ApiProperty({
    format: 'date-time',
    description: 'When the request came.',
    example: '2026-11-20T07:00:00.000Z',
  })
  claimed_at: string;

  @ApiProperty({ type: CustomerResponse, description: 'What was answered.' })
  response: CustomerResponse;
}

export class PersonalDataResponse {
  @ApiProperty({
    description: 'When this export was made.',
    format: 'date-time',
    example: '2026-11-20T07:00:00.000Z',
  })
  exported_at: string;

  @ApiProperty({ description: 'The customer itself.' })
  customer: HeldCustomer;

  @ApiProperty({ type: [AuditEventResponse], description: 'Newest first.' })
  history: AuditEventResponse[];

  @ApiProperty({
    type: [KeptAnswer],
    description: 'Answers kept for 24 hours, for requests with an Idempotency-Key.',
  })
  kept_answers: KeptAnswer[];
}
